import type { Training } from '../workloads/workload.js'

/** How large the work is. */
export interface Sizes {
  /** The squares that are multiplied. */
  readonly matmul: readonly number[]
  readonly elements: number
  readonly lstm: Readonly<Record<string, Training>>
}

export const sizes: Sizes = {
  matmul: [64, 256, 512],
  elements: 1_000_000,
  lstm: {
    /** So little that it is all in the handing over of programs: what compiling a step saves. */
    tiny: characters(2, 16, 8),
    small: characters(8, 16, 32),
    large: characters(32, 32, 128),
  },
}

function characters(B: number, T: number, hidden: number): Training {
  return {
    kind: 'train',
    model: { cell: 'lstm', layers: 2, vocabulary: 65, features: hidden, hidden },
    B,
    T,
  }
}
