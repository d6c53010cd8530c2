import { fail } from '../../../errors.js'
import { startHelper } from './helper.js'
import { type Board, type Task, workOff } from './work.js'

/**
 * The helpers of one thread: workers that run the same module on the same shared memory. A task is cut into parts,
 * which are claimed one by one by whoever is free. The caller claims too, and in the end waits only for the parts
 * that a helper has claimed: so one that is not up yet, was put to sleep by the system or could not start costs
 * nothing. A helper with a part in hand cannot get lost alone: nobody ends it but itself, or the end of all.
 */
export class Crew {
  readonly #module: WebAssembly.Module
  readonly #memory: WebAssembly.Memory
  readonly #names: readonly string[]
  readonly #tasks: readonly Task[]
  readonly #sleeps = maySleep()
  #board = newBoard()

  constructor(module: WebAssembly.Module, memory: WebAssembly.Memory, exports: object) {
    this.#module = module
    this.#memory = memory
    this.#names = Object.keys(exports)
    this.#tasks = Object.values(exports)
  }

  /**
   * Calls `task(args, part, parts)` for each part, on `threads` threads at most: this one and helpers.
   * @throws UnrollError when a part fails, in whatever thread.
   */
  run(threads: number, task: string, args: number, parts: number): void {
    const { unclaimed, undone, job, failure } = this.#board
    this.#recruit(Math.min(threads, parts) - 1)
    job.set([this.#names.indexOf(task), args, parts])
    failure[0] = 0
    Atomics.store(undone, 0, parts)
    Atomics.store(unclaimed, 0, parts)
    Atomics.notify(unclaimed, 0, parts - 1)
    workOff(this.#board, this.#tasks)
    for (let left = parts; left > 0; left = Atomics.load(undone, 0))
      if (this.#sleeps) Atomics.wait(undone, 0, left)
    if (failure[0]) fail(task, String.fromCharCode(...failure.subarray(1, 1 + failure[0])))
  }

  /** Lets the helpers go, when they have finished what they do. Further tasks start new ones. */
  dismiss(): void {
    const { unclaimed } = this.#board
    Atomics.store(unclaimed, 0, -1)
    Atomics.notify(unclaimed, 0)
    this.#board = newBoard()
  }

  /** Starts helpers until there are as many. One that cannot start still counts: it is not tried again and again. */
  #recruit(helpers: number): void {
    const board = this.#board
    while (Atomics.load(board.helpers, 0) < helpers) {
      Atomics.add(board.helpers, 0, 1)
      try {
        startHelper({ module: this.#module, memory: this.#memory, board })
      } catch {}
    }
  }
}

function newBoard(): Board {
  const block = new SharedArrayBuffer(1024)
  const words = (from: number, to: number) => new Int32Array(block, from * 4, to - from)
  return {
    unclaimed: words(0, 1),
    undone: words(1, 2),
    job: words(2, 5),
    helpers: words(5, 6),
    failure: words(6, 256),
  }
}

/** Whether this thread may wait in its sleep. A browser's page may not. */
function maySleep(): boolean {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1)
    return true
  } catch {
    return false
  }
}
