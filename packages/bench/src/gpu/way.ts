import type { GpuKernels } from '@unroll/tensor/gpu'

/** How the same work is done: by the host's kernels, or on a device op by op or as a compiled step. */
export const wayNames = ['wasm', 'eager', 'compiled', 'compiled, 10 steps a call'] as const
export type WayName = (typeof wayNames)[number]

export interface Way {
  readonly name: WayName
  /** How many times the work is done in one run, at the least. */
  readonly least: number
  /** Does the work `least` × `times` times over. It is done when the promise is kept. */
  run(times: number): Promise<void>
  /** The losses so far, where the work is a training step: every way has the same. */
  readonly losses?: readonly number[]
  /** What was traced, of a compiled step. */
  readonly trace?: Trace
  close?(): Promise<void>
}

export interface Trace {
  /** How long it took to trace the step, apart from the making of its kernels. */
  readonly seconds: number
  readonly runs: number
  readonly programs: number
}

/** A piece of work to be timed in several ways. */
export interface Work {
  readonly name: string
  readonly title: string
  /** Too much for a GPU that is only a program: left out there, unless it is asked for by its name. */
  readonly isLarge: boolean
  ways(gpu: GpuKernels): Way[]
}
