import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { type Data, readData } from '../workloads/data.js'
import type { Workload } from '../workloads/workload.js'
import { type Answer, keptLosses, type Question } from './protocol.js'

/** A workload made ready. */
export interface Ready<Result = unknown> {
  /** Does the work once: this is what is timed. Where it hands work to others, it waits until they are done. */
  step(): Result | Promise<Result>
  /** The number that a result is compared by; not timed. */
  loss(result: Result): number | Promise<number>
}

/** A contestant written in JavaScript. */
export interface Contestant {
  /** Its version and back end. */
  readonly about: string
  /** What it does otherwise than the others, so that its losses cannot be theirs. */
  readonly ownMaths?: string
  /** @throws Unsupported */
  readonly prepare: (workload: Workload, data: Data, threads: number) => Ready | Promise<Ready>
}

/** Thrown by a contestant that cannot do a workload. */
export class Unsupported extends Error {}

/** Answers questions (see `Question`), a line of JSON each, from standard input until it ends. */
export async function serve(contestant: Contestant): Promise<void> {
  // Answers alone go to standard output; what a library prints goes where it does no harm.
  const write = process.stdout.write.bind(process.stdout)
  process.stdout.write = process.stderr.write.bind(process.stderr)
  const answer = makeAnswerer(contestant)
  for await (const line of createInterface({ input: process.stdin }))
    write(`${JSON.stringify(await answer(JSON.parse(line)))}\n`)
  process.exit() // whatever threads a library may still hold
}

export function makeAnswerer({
  about,
  ownMaths,
  prepare,
}: Contestant): (question: Question) => Promise<Answer> {
  let ready: Ready | undefined
  return async (question) => {
    try {
      if (question.ask === 'prepare') {
        const { workload, folder, threads } = question
        ready = await prepare(workload, readData(folder), threads)
        return { answer: 'prepared', about, ownMaths }
      }
      if (!ready) throw new Error('asked to run before it was asked to prepare')
      return { answer: 'ran', ...(await runSteps(ready, question)), peak: peakMemory() }
    } catch (error) {
      if (error instanceof Unsupported) return { answer: 'unsupported', reason: error.message }
      const problem = error instanceof Error ? (error.stack ?? error.message) : String(error)
      return { answer: 'failed', problem }
    }
  }
}

async function runSteps(ready: Ready, { steps, seconds }: { steps: number; seconds: number }) {
  const times: number[] = []
  const losses: number[] = []
  const end = performance.now() + 1000 * seconds
  while (times.length < steps || performance.now() < end) {
    const start = performance.now()
    const pending = ready.step()
    const result = pending instanceof Promise ? await pending : pending
    times.push((performance.now() - start) / 1000)
    if (losses.length < keptLosses) losses.push(await ready.loss(result))
  }
  return { times, losses }
}

/**
 * The high-water mark of this process's resident memory, in bytes. On Linux from /proc, as the figure that
 * `getrusage` gives there begins at what the parent held.
 */
export function peakMemory(): number {
  try {
    const [, kilobytes] = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
    if (kilobytes) return 1024 * Number(kilobytes)
  } catch {
    // not Linux
  }
  return 1024 * process.resourceUsage().maxRSS
}
