import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Answer, Question } from './protocol.js'

/** How a contestant's process is started. */
export interface Launch {
  readonly command: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/** A contestant's process. */
export interface Child {
  /**
   * One question at a time.
   * @throws Error when the process ends, or does not answer within `limit` seconds; it is then stopped.
   */
  ask(question: Question, limit: number): Promise<Answer>
  /** Lets the process end, and waits until it has. */
  close(): Promise<void>
}

export function startChild({ command, args, env }: Launch): Child {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: 'pipe' })
  let complaints = ''
  child.stderr.on('data', (chunk) => {
    complaints = (complaints + chunk).slice(-2000)
  })
  child.stdin.on('error', () => {}) // the process is gone: 'close' says so
  const lines = createInterface({ input: child.stdout })
  const ended = new Promise<string>((resolve) => {
    child.on('error', ({ message }) => resolve(message))
    child.on('close', (status, signal) => resolve(`it ended (${signal ?? status}): ${lastError(complaints)}`))
  })
  return {
    ask(question, limit) {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          child.kill('SIGKILL')
          reject(new Error(`no answer in ${limit} s`))
        }, 1000 * limit)
        lines.once('line', (line) => {
          clearTimeout(timer)
          resolve(JSON.parse(line))
        })
        ended.then((problem) => {
          clearTimeout(timer)
          reject(new Error(problem))
        })
        child.stdin.write(`${JSON.stringify(question)}\n`)
      })
    },
    async close() {
      child.stdin.end()
      const timer = setTimeout(() => child.kill('SIGKILL'), 2000)
      await ended
      clearTimeout(timer)
    },
  }
}

/** The line that says what went wrong, out of a stack trace in JavaScript or Python. */
function lastError(complaints: string): string {
  const lines = complaints.trim().split('\n')
  return lines.findLast((line) => /^\w*(Error|Exception)\b/.test(line)) ?? lines[lines.length - 1]
}
