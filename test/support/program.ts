import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { root } from './workspace.js'

/** How a program ended, and all that it printed. */
export interface Result {
  code: number | null
  stdout: string
  stderr: string
}

/** The compiled program of the example that a test file belongs to, to be run in a folder. */
export class Program {
  /** The path of its compiled main module. */
  readonly main: string

  /**
   * @param test the test file's `import.meta.url`
   * @param folder where to run; asked each time, since tests make it late
   */
  constructor(
    test: string,
    readonly folder: () => string,
  ) {
    const example = dirname(dirname(fileURLToPath(test)))
    this.main = join(example, 'dist', 'main.js')
    // At once when `npm test` has just done it.
    execFileSync('npx', ['tsc', '-b', example], { cwd: root })
  }

  run(args: readonly string[]): Promise<Result> {
    return finish(this.#start(args))
  }

  shell(command: string): Promise<Result> {
    return finish(spawn('sh', ['-c', command], { cwd: this.folder() }))
  }

  /** Starts it, and sends it a signal when it has printed `begun` to the standard error, or some milliseconds later. */
  interrupt(
    args: readonly string[],
    begun: string,
    signal: NodeJS.Signals = 'SIGINT',
    delay = 0,
  ): Promise<Result> {
    const child = this.#start(args)
    child.stderr?.on('data', (text) => {
      if (String(text).includes(begun)) setTimeout(() => child.kill(signal), delay)
    })
    return finish(child)
  }

  #start(args: readonly string[]): ChildProcess {
    return spawn(process.execPath, [this.main, ...args], { cwd: this.folder() })
  }
}

/** The command that an interrupted program says to go on with. */
export function goOnCommand({ stderr }: Result): string {
  return /Go on with: (.*)\n$/.exec(stderr)?.[1] ?? 'no command'
}

function finish(child: ChildProcess): Promise<Result> {
  const result: Result = { code: null, stdout: '', stderr: '' }
  child.stdout?.setEncoding('utf8').on('data', (text) => (result.stdout += text))
  child.stderr?.setEncoding('utf8').on('data', (text) => (result.stderr += text))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ ...result, code }))
  })
}
