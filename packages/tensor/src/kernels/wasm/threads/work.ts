// What runs in every thread, the caller's and the helpers'. A helper gets these functions as text (see
// helper.ts): they refer to nothing outside themselves but what any JavaScript engine has.

/** A part of a task: what the module exports for threads to share. */
export type Task = (args: number, part: number, parts: number) => void

/** What the threads tell one another, in shared memory. */
export interface Board {
  /** How many parts nobody has claimed yet; −1 for ever when the helpers are to leave. */
  readonly unclaimed: Int32Array
  /** How many parts are not done. */
  readonly undone: Int32Array
  /** The task in hand: its number among the module's exports, its arguments, its parts. */
  readonly job: Int32Array
  /** How many helpers there are, or are about to be. */
  readonly helpers: Int32Array
  /** What the first error of the task in hand said: its length, and its characters. */
  readonly failure: Int32Array
}

/** What a helper starts from. */
export interface Post {
  readonly module: WebAssembly.Module
  readonly memory: WebAssembly.Memory
  readonly board: Board
}

/**
 * Claims parts of the task in hand, and does them, until none is left to claim.
 *
 * A thread may be held up by the system at any place here, for any number of tasks. That does no harm: a
 * claim holds when `unclaimed` was r > 0 at the moment of the exchange, and then it is a claim of that
 * moment's task, whichever that is. From there on until `undone` is counted down, that task cannot end, so
 * the `job` read in between is its own. Before a claim and after the count nothing is touched.
 */
export function workOff({ unclaimed, undone, job, failure }: Board, tasks: readonly Task[]): void {
  for (;;) {
    const left = Atomics.load(unclaimed, 0)
    if (left <= 0) return
    if (Atomics.compareExchange(unclaimed, 0, left, left - 1) !== left) continue
    try {
      tasks[job[0]](job[1], job[2] - left, job[2])
    } catch (error) {
      const text = String(error).slice(0, failure.length - 1)
      if (Atomics.compareExchange(failure, 0, 0, text.length) === 0)
        for (let i = 0; i < text.length; i++) failure[i + 1] = text.charCodeAt(i)
    }
    if (Atomics.sub(undone, 0, 1) === 1) Atomics.notify(undone, 0)
  }
}

/**
 * A helper's life: it works, sleeps until there is more to do, and leaves when told to, or when it was not
 * needed for five seconds. It never spins, which would take the processor from those who work, and saves
 * time only where one task follows another within microseconds.
 */
export function serve({ module, memory, board }: Post, work: typeof workOff): void {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } })
  const tasks = Object.values(exports) as Task[]
  do work(board, tasks)
  while (Atomics.wait(board.unclaimed, 0, 0, 5000) !== 'timed-out' && Atomics.load(board.unclaimed, 0) >= 0)
  Atomics.sub(board.helpers, 0, 1)
}
