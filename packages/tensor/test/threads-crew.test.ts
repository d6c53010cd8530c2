import workerThreads, { type Worker } from 'node:worker_threads'
import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Crew } from '../src/kernels/wasm/threads/crew.js'
import { type Board, serve, type Task, workOff } from '../src/kernels/wasm/threads/work.js'
import { lacking, makeCrew, makeTasks, meet } from './threads-tasks.js'

const tasks = makeTasks()
const { words } = tasks
const crews: Crew[] = []

function crew(): Crew {
  const made = makeCrew(tasks)
  crews.push(made)
  return made
}

/** Lets Node tell of what has happened. */
const turn = () => new Promise((resolve) => setImmediate(resolve))

afterEach(() => {
  for (const made of crews.splice(0)) made.dismiss()
  words.fill(0)
  vi.restoreAllMocks()
})

describe('a crew', () => {
  test('works on the parts of a task at the same time', () => {
    const c = crew()
    expect(meet(c, words, 2)).toBe(true)
    expect(meet(c, words, 3)).toBe(true)
  })

  test.each([1, 2, 5])('does each part once, for its own task, on %i threads', (threads) => {
    const c = crew()
    const runs = fc.array(fc.record({ parts: fc.integer({ min: 1, max: 12 }), value: fc.integer() }), {
      minLength: 300,
      maxLength: 300,
    })
    fc.assert(
      fc.property(runs, (wanted) => {
        words.fill(0)
        const expected: number[] = []
        for (const { parts, value } of wanted) {
          const at = expected.length
          words[at] = value
          c.run(threads, 'tally', at * 4, parts)
          // Done when it returns, and not only some time after.
          if (words.subarray(at, at + parts + 1).some((word) => word !== value)) return false
          expected.push(...Array(parts + 1).fill(value))
        }
        // Nor did a part of a later task go to an earlier one.
        return expected.every((value, i) => words[i] === value)
      }),
      { numRuns: 10 },
    )
  })

  test('says what trapped, in whatever thread, and goes on', () => {
    const c = crew()
    expect(meet(c, words, 2)).toBe(true)
    for (const part of [0, 1]) {
      words.set([0, 0, part])
      expect(() => c.run(2, 'trap', 0, 2)).toThrow(/^trap: RuntimeError: unreachable/)
      words.set([0, 0, 2])
      c.run(2, 'trap', 0, 2)
      expect(meet(c, words, 2)).toBe(true)
    }
  })

  test('does all parts that are left after one has trapped', () => {
    const c = crew()
    words.set([0, 0, 3])
    expect(() => c.run(1, 'trap', 0, 8)).toThrow(/unreachable/)
    expect(words[0]).toBe(8)
  })

  test('works in memory that has grown since its helpers came', () => {
    const grown = makeTasks()
    const c = makeCrew(grown)
    expect(meet(c, grown.words, 2)).toBe(true)
    const end = grown.words.byteLength
    grown.memory.grow(1)
    const words = new Int32Array(grown.memory.buffer)
    const address = end + 4096
    for (let trial = 0; trial < 1000 && words[address / 4 + 1] !== 2; trial++) {
      words.fill(0)
      c.run(2, 'meet', address, 2)
    }
    expect(words[address / 4 + 1]).toBe(2)
    c.dismiss()
  })

  test('lets its helpers go, and gets others', async () => {
    const leavings: Promise<unknown>[] = []
    const watch = (worker: Worker) =>
      leavings.push(new Promise((resolve) => worker.once('exit', (code) => resolve(code))))
    await turn()
    process.on('worker', watch)
    try {
      const c = crew()
      expect(meet(c, words, 3)).toBe(true)
      await turn()
      expect(leavings).toHaveLength(2)
      c.dismiss()
      expect(await Promise.all(leavings)).toEqual([0, 0])
      expect(meet(c, words, 2)).toBe(true)
      await turn()
      expect(leavings).toHaveLength(3)
    } finally {
      process.off('worker', watch)
    }
  })

  test('does all the work alone where no worker can be started', () => {
    const start = vi.spyOn(workerThreads, 'Worker').mockImplementation(
      class {
        constructor() {
          throw new Error('refused')
        }
      } as never,
    )
    const c = crew()
    for (let i = 0; i < 3; i++) c.run(4, 'tally', 0, 4)
    expect(start).toHaveBeenCalledTimes(3)
    words[0] = 1
    c.run(4, 'tally', 0, 4)
    expect([...words.subarray(0, 6)]).toEqual([1, 1, 1, 1, 1, 0])
  })

  test('does it alone, too, where a worker fails at once', async () => {
    const failures: Promise<unknown>[] = []
    const watch = (worker: Worker) =>
      failures.push(new Promise((resolve) => worker.once('exit', (code) => resolve(code))))
    await turn()
    process.on('worker', watch)
    const c = makeCrew({ ...tasks, module: lacking })
    words[0] = 1
    c.run(2, 'tally', 0, 4)
    await turn()
    process.off('worker', watch)
    expect(await Promise.all(failures)).toEqual([1])
    c.run(2, 'tally', 0, 4)
    expect([...words.subarray(0, 6)]).toEqual([1, 2, 2, 2, 2, 0])
  })
})

describe('a helper', () => {
  const board = (): Board => ({
    unclaimed: new Int32Array(new SharedArrayBuffer(4)),
    undone: new Int32Array(new SharedArrayBuffer(4)),
    job: Int32Array.of(0, 64, 3),
    helpers: Int32Array.of(1),
    failure: new Int32Array(40),
  })

  test('leaves when it was not needed for long', () => {
    const wait = vi.spyOn(Atomics, 'wait').mockReturnValueOnce('ok').mockReturnValueOnce('timed-out')
    const b = board()
    let rounds = 0
    serve({ ...tasks, board: b }, () => {
      rounds++
    })
    expect(rounds).toBe(2)
    expect(b.helpers[0]).toBe(0)
    expect(wait).toHaveBeenCalledWith(b.unclaimed, 0, 0, 5000)
  })

  test('leaves when it is told to, though it was not asleep to hear it', () => {
    const b = board()
    b.unclaimed[0] = -1
    serve({ ...tasks, board: b }, workOff)
    expect(b.helpers[0]).toBe(0)
  })

  test('claims parts from the first on, and keeps what the first error says', () => {
    const b = board()
    b.unclaimed[0] = b.undone[0] = 3
    const calls: number[][] = []
    const task: Task = (...call) => {
      calls.push(call)
      throw new RangeError(`in part ${call[1]} ${'and so on '.repeat(9)}`)
    }
    workOff(b, [task])
    expect(calls).toEqual([
      [64, 0, 3],
      [64, 1, 3],
      [64, 2, 3],
    ])
    expect([b.unclaimed[0], b.undone[0]]).toEqual([0, 0])
    expect(String.fromCharCode(...b.failure.subarray(1))).toBe('RangeError: in part 0 and so on and so ')
    expect(b.failure[0]).toBe(39)
  })

  test('claims again when another was faster', () => {
    const b = board()
    b.unclaimed[0] = b.undone[0] = 3
    vi.spyOn(Atomics, 'compareExchange').mockImplementationOnce((unclaimed) => {
      b.undone[0]--
      return --unclaimed[0]
    })
    const done: number[] = []
    workOff(b, [(_, part) => done.push(part)])
    expect(done).toEqual([1, 2])
  })
})
