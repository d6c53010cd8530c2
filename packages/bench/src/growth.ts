import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startChild } from './contest/child.js'
import { oursProgram } from './contest/folders.js'
import type { Answer, Ran } from './contest/protocol.js'
import { growthExponent, median } from './statistics.js'
import { makeData, writeData } from './workloads/data.js'
import type { Training } from './workloads/workload.js'

/** How a training step grows with one of the sizes. */
export interface Growth {
  readonly size: Size
  readonly points: readonly Point[]
  /** The exponents of the power laws that fit best: 1 is in proportion. */
  readonly time: number
  readonly memory: number
}

export interface Point {
  readonly value: number
  readonly seconds: number
  /** Peak memory beyond what a process holds that does next to nothing. */
  readonly bytes: number
}

type Size = 'T' | 'B' | 'H' | 'layers'
type Sizes = Readonly<Record<Size, number>>

/** From where one size at a time is varied: W1. */
const base: Sizes = { T: 64, B: 32, H: 128, layers: 1 }

export const variations: Readonly<Record<Size, readonly number[]>> = {
  T: [32, 64, 128, 256],
  B: [16, 32, 64, 128],
  H: [64, 128, 256, 512],
  layers: [1, 2, 4, 8],
}

/** Measures training steps of growing sizes, each in a process of its own, for about `seconds`. */
export async function measureGrowth(
  seconds: number,
  say: (line: string) => void,
  ranges: Readonly<Partial<Record<Size, readonly number[]>>> = variations,
): Promise<Growth[]> {
  const { peak: idle } = await measureStep({ T: 1, B: 1, H: 1, layers: 1 }, 0)
  const grown: Growth[] = []
  for (const [size, values] of Object.entries(ranges) as [Size, readonly number[]][]) {
    say(`growth: ${size} …`)
    const points: Point[] = []
    for (const value of values) {
      const { times, peak } = await measureStep({ ...base, [size]: value }, seconds)
      points.push({ value, seconds: median(times), bytes: Math.max(1, peak - idle) })
    }
    grown.push({
      size,
      points,
      time: growthExponent(points.map(({ value, seconds }) => [value, seconds])),
      memory: growthExponent(points.map(({ value, bytes }) => [value, bytes])),
    })
  }
  return grown
}

async function measureStep({ T, B, H, layers }: Sizes, seconds: number): Promise<Ran> {
  const model = { cell: 'lstm', layers, vocabulary: 65, features: 64, hidden: H } as const
  const workload: Training = { kind: 'train', model, B, T }
  const folder = mkdtempSync(join(tmpdir(), 'unroll-bench-'))
  const child = startChild({ command: process.execPath, args: [oursProgram] })
  try {
    writeData(folder, makeData(workload))
    expectAnswer('prepared', await child.ask({ ask: 'prepare', workload, folder, threads: 1 }, 60))
    expectAnswer('ran', await child.ask({ ask: 'run', steps: 3, seconds: seconds / 2 }, 120)) // warms up
    return expectAnswer('ran', await child.ask({ ask: 'run', steps: 3, seconds }, 120))
  } finally {
    await child.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

function expectAnswer<A extends Answer['answer']>(wanted: A, answer: Answer) {
  if (answer.answer !== wanted) throw new Error(JSON.stringify(answer))
  return answer as Extract<Answer, { answer: A }>
}
