import type { Trace, Way, WayName } from './way.js'

export interface Turns {
  /** How often each has its turn. */
  readonly rounds: number
  /** How long a turn lasts, in seconds: the work is done as often as goes into it. */
  readonly turn: number
  /** What takes more seconds than this is done once, and not many times in one go. */
  readonly slow: number
}

export interface Score {
  readonly way: WayName
  /** The seconds that the work took, of each turn. */
  readonly samples: readonly number[]
  /** Those that it took in the very first run, in which kernels are made; of so many steps as go into one call. */
  readonly first: number
  readonly trace?: Trace
  /** The first losses, of a training. */
  readonly losses?: readonly number[]
  /** Why there are no samples. */
  readonly problem?: string
}

const lossesKept = 10

/** Times ways of doing the same, one after the other, round after round: a slow minute of the machine hits them all. */
export async function inTurns(ways: readonly Way[], turns: Turns): Promise<Score[]> {
  const runners: Runner[] = []
  for (const way of ways) {
    if (way.least > 1 && runners.some(({ isSlow }) => isSlow)) continue
    const runner = new Runner(way)
    runners.push(runner)
    await runner.warmUp(turns)
  }
  for (let round = 0; round < turns.rounds; round++) for (const runner of runners) await runner.turn()
  return runners.map((runner) => runner.score)
}

class Runner {
  isSlow = false
  #samples: number[] = []
  #first = Number.NaN
  #times = 1
  #problem: string | undefined

  constructor(readonly way: Way) {}

  /** The first run, in which kernels are made, and another to see how long one takes. */
  async warmUp({ turn, slow }: Turns): Promise<void> {
    this.#first = await this.#time(1)
    const seconds = await this.#time(1)
    this.#times = Math.max(1, Math.round(turn / seconds))
    this.isSlow = seconds > slow
    if (this.isSlow) this.#samples.push(seconds / this.way.least)
  }

  async turn(): Promise<void> {
    if (this.isSlow || this.#problem) return
    const seconds = await this.#time(this.#times)
    this.#samples.push(seconds / this.#times / this.way.least)
  }

  get score(): Score {
    const { name, trace, losses } = this.way
    return {
      way: name,
      samples: this.#problem ? [] : this.#samples,
      first: this.#first,
      trace,
      losses: losses?.slice(0, lossesKept),
      problem: this.#problem,
    }
  }

  async #time(times: number): Promise<number> {
    const begun = performance.now()
    try {
      await this.way.run(times)
    } catch (error) {
      this.#problem ??= error instanceof Error ? error.message : String(error)
    }
    return (performance.now() - begun) / 1000
  }
}
