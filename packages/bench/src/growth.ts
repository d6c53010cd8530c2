import { measureApart } from './apart.js'
import type { Ran } from './contest/protocol.js'
import { growthExponent, median } from './statistics.js'

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

function measureStep({ T, B, H, layers }: Sizes, seconds: number): Promise<Ran> {
  const model = { cell: 'lstm', layers, vocabulary: 65, features: 64, hidden: H } as const
  return measureApart({ kind: 'train', model, B, T }, seconds)
}
