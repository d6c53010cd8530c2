import { measureApart, startApart } from './apart.js'
import type { Ran } from './contest/protocol.js'
import { median } from './statistics.js'
import type { Training } from './workloads/workload.js'

/** A training step with checkpoints through time, or without. */
export interface Checkpoints {
  /** Steps between two checkpoints; undefined: none. */
  readonly every: number | undefined
  readonly T: number
  readonly seconds: number
  /** Peak memory of the process. */
  readonly peak: number
  /** Of that, what is there beyond a step of one time step: the weights, Adam's memory and Node are in both. */
  readonly sequence: number
}

/** The large LSTM, W5, over its 64 time steps and over 256: with and without, in turns. */
export async function measureCheckpoints(
  seconds: number,
  say: (line: string) => void,
): Promise<Checkpoints[]> {
  const { peak: least } = await measureApart(large(1), 0)
  const results: Checkpoints[] = []
  for (const T of [64, 256]) {
    say(`checkpoints: T ${T} …`)
    const every = [undefined, T / 4]
    const contestants = await Promise.all(every.map((every) => startApart(large(T, every))))
    const ran: Ran[][] = contestants.map(() => [])
    for (let round = 0; round < rounds; round++)
      for (const [k, contestant] of contestants.entries()) ran[k].push(await contestant.run(seconds))
    for (const [k, contestant] of contestants.entries()) {
      await contestant.close()
      const times = ran[k].slice(1).flatMap(({ times }) => times) // the first warms up
      const peak = Math.max(...ran[k].map(({ peak }) => peak))
      results.push({ every: every[k], T, seconds: median(times), peak, sequence: Math.max(0, peak - least) })
    }
  }
  return results
}

const rounds = 4

function large(T: number, checkpointEvery?: number): Training {
  const model = {
    cell: 'lstm',
    layers: 2,
    vocabulary: 65,
    features: 128,
    hidden: 512,
    checkpointEvery,
  } as const
  return { kind: 'train', model, B: 32, T }
}
