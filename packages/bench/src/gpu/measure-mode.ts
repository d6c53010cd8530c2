import { type GpuKernels, gpuKernels, type Mode } from '@unroll/tensor/gpu'
import { GPU } from 'gpu.js'
import { operations } from './operations.js'
import type { Sizes } from './sizes.js'
import { trainings } from './training.js'
import { inTurns, type Score, type Turns } from './turns.js'
import type { Work } from './way.js'

/** What is to be measured, in one of gpu.js's modes. */
export interface Request extends Turns {
  readonly mode: Mode
  /** Work by name, or by how names begin; all of it when there are none. */
  readonly only: readonly string[]
  readonly sizes: Sizes
}

export interface ModeReport {
  readonly mode: Mode
  /** What computes, as the platform calls it. */
  readonly adapter: string
  /** No GPU, but a program that does on the processor what one would do. */
  readonly isSoftware: boolean
  readonly heats: readonly Heat[]
}

/** One piece of work, in several ways. */
export interface Heat {
  readonly work: string
  readonly title: string
  readonly scores: readonly Score[]
}

/** Measures a mode beside the host's kernels, where this is run: in Node or in a page. */
export async function measureMode(request: Request, say: (line: string) => void): Promise<ModeReport> {
  const { mode, only, sizes } = request
  const gpu = await gpuKernels(GPU, { mode })
  const { adapter, isHardware } = gpu
  const isSoftware = (mode === 'webgpu' || mode === 'webgl2') && !isHardware
  const heats: Heat[] = []
  for (const work of worksOf(sizes, only)) {
    if (work.isLarge && isSoftware && !only.includes(work.name)) {
      say(`${mode}: without ${work.title}, as this is software; --only ${work.name} measures it all the same`)
      continue
    }
    say(`${mode}: ${work.title} …`)
    heats.push({ work: work.name, title: work.title, scores: await heat(work, gpu, request) })
  }
  await gpu.destroy()
  return { mode, adapter, isSoftware, heats }
}

/** @throws Error when there is no work of a name. */
export function worksOf(sizes: Sizes, only: readonly string[]): Work[] {
  const all = [...operations(sizes), ...trainings(sizes)]
  for (const name of only)
    if (!all.some((work) => work.name.startsWith(name)))
      throw new Error(`There is no work ${name}; there are ${all.map(({ name }) => name).join(', ')}.`)
  return all.filter(({ name }) => only.length === 0 || only.some((beginning) => name.startsWith(beginning)))
}

async function heat(work: Work, gpu: GpuKernels, turns: Turns): Promise<Score[]> {
  const ways = work.ways(gpu)
  try {
    return await inTurns(ways, turns)
  } finally {
    for (const way of ways) await way.close?.()
  }
}
