import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { median } from '../statistics.js'
import { makeData, writeData } from '../workloads/data.js'
import type { Workload } from '../workloads/workload.js'
import { type Child, startChild } from './child.js'
import { type Entrant, titleOf } from './entrant.js'
import { keptLosses, type Question, type Ran } from './protocol.js'

export interface ContestOptions {
  readonly rounds: number
  /** How long each entrant runs in each round, in seconds. */
  readonly turn: number
  /** The longest that an entrant may take to answer, in seconds; after that it is out. */
  readonly limit: number
  /** A step slower than this, in seconds, is not taken again. */
  readonly slow: number
  /** Told what goes on. */
  readonly say?: (line: string) => void
}

/** How one entrant did one workload. */
export interface Score {
  readonly workload: string
  readonly name: string
  readonly threads: number
  readonly about?: string
  readonly ownMaths?: string
  /** Seconds of making the model and doing the first step, compilation included. */
  readonly start?: number
  /** Seconds a step: the median of each round. Empty when there is none; `note` says why. */
  readonly rounds: readonly number[]
  readonly losses: readonly number[]
  /** The most memory held, in bytes. */
  readonly peak?: number
  readonly note?: string
}

/** Times one workload: all entrants in turns, round after round, so that a slow minute hits them all. */
export async function contest(
  name: string,
  workload: Workload,
  entrants: readonly Entrant[],
  options: ContestOptions,
): Promise<Score[]> {
  const folder = mkdtempSync(join(tmpdir(), 'unroll-bench-'))
  const runners: Runner[] = []
  try {
    writeData(folder, makeData(workload))
    for (const entrant of entrants) {
      const runner = new Runner(name, entrant, options)
      runners.push(runner)
      await runner.warmUp(workload, folder)
    }
    for (let round = 0; round < options.rounds; round++) for (const runner of runners) await runner.turn()
    return runners.map((runner) => runner.score)
  } finally {
    await Promise.all(runners.map((runner) => runner.close()))
    rmSync(folder, { recursive: true, force: true })
  }
}

class Runner {
  score: Score
  readonly #child: Child
  #running = true

  constructor(
    workload: string,
    readonly entrant: Entrant,
    readonly options: ContestOptions,
  ) {
    const { name, threads } = entrant
    this.score = { workload, name, threads, rounds: [], losses: [] }
    this.#child = startChild(entrant.launch)
  }

  /** Makes the model ready and does the first steps, which compile and are not counted. */
  async warmUp(workload: Workload, folder: string): Promise<void> {
    this.options.say?.(`${this.score.workload}: ${titleOf(this.entrant)} …`)
    const started = performance.now()
    if (!(await this.#prepare(workload, folder))) return
    const first = await this.#run({ ask: 'run', steps: 1, seconds: 0 })
    if (!first) return
    this.#note({ start: (performance.now() - started) / 1000, losses: first.losses })
    const second = await this.#run({ ask: 'run', steps: 1, seconds: 0 })
    if (!second) return
    this.#note({ losses: [...this.score.losses, ...second.losses], peak: second.peak })
    if (second.times[0] > this.options.slow) {
      this.#note({ rounds: second.times, note: 'one step only' })
      return this.close()
    }
    const more = await this.#run({ ask: 'run', steps: 3, seconds: this.options.turn / 2 })
    if (more) this.#note({ losses: [...this.score.losses, ...more.losses].slice(0, keptLosses) })
  }

  async turn(): Promise<void> {
    if (!this.#running) return
    const ran = await this.#run({ ask: 'run', steps: 1, seconds: this.options.turn })
    if (ran) this.#note({ rounds: [...this.score.rounds, median(ran.times)], peak: ran.peak })
  }

  async close(): Promise<void> {
    this.#running = false
    await this.#child.close()
  }

  async #prepare(workload: Workload, folder: string): Promise<boolean> {
    const { threads } = this.entrant
    const answer = await this.#ask({ ask: 'prepare', workload, folder, threads })
    if (answer?.answer !== 'prepared') return false
    this.#note({ about: answer.about, ownMaths: answer.ownMaths })
    return true
  }

  async #run(question: Question): Promise<Ran | undefined> {
    const answer = await this.#ask(question)
    return answer?.answer === 'ran' ? answer : undefined
  }

  /** The answer; when it is none to go on from, the reason is noted and the entrant is out. */
  async #ask(question: Question) {
    try {
      const answer = await this.#child.ask(question, this.options.limit)
      if (answer.answer === 'prepared' || answer.answer === 'ran') return answer
      this.#note({ note: answer.answer === 'unsupported' ? answer.reason : answer.problem })
    } catch (error) {
      this.#note({ note: (error as Error).message })
    }
    this.options.say?.(`${this.score.workload}: ${titleOf(this.entrant)} is out: ${this.score.note}`)
    await this.close()
  }

  #note(more: Partial<Score>): void {
    this.score = { ...this.score, ...more }
  }
}
