import { Crew } from '../src/kernels/wasm/threads/crew.js'

/** What a crew needs. */
export interface Tasks {
  readonly module: WebAssembly.Module
  readonly memory: WebAssembly.Memory
  readonly exports: object
  /** The memory's words. */
  readonly words: Int32Array
}

/**
 * A module of three tasks, for threads to share:
 *
 *     tally(args, part, parts)   args[1 + part] += args[0]
 *     meet(args, part, parts)    args[0] += 1, waits until it is `parts`, and if that comes true args[1] += 1
 *     trap(args, part, parts)    meets, and then traps if part = args[2]
 */
export function makeTasks(): Tasks {
  const module = new WebAssembly.Module(binary)
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 2, shared: true })
  const { exports } = new WebAssembly.Instance(module, { env: { memory } })
  return { module, memory, exports, words: new Int32Array(memory.buffer) }
}

export function makeCrew({ module, memory, exports }: Tasks): Crew {
  return new Crew(module, memory, exports)
}

/** Has the crew meet at byte 0 until so many threads are there at once, for helpers take a while to come. */
export function meet(crew: Crew, words: Int32Array, threads: number, trials = 1000): boolean {
  for (let trial = 0; trial < trials; trial++) {
    words.fill(0, 0, 2)
    crew.run(threads, 'meet', 0, threads)
    if (words[1] === threads) return true
  }
  return false
}

const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]
const text = (characters: string) => [characters.length, ...new TextEncoder().encode(characters)]
const section = (id: number, ...bytes: number[]) => [id, bytes.length, ...bytes]
const body = (...bytes: number[]) => [bytes.length, ...bytes]

// The instructions that the tasks are made of. Addresses are of words: aligned to 2² bytes, at an offset.
const [args, part, parts, patience] = [0, 1, 2, 3].map((local) => [0x20, local])
const load = (offset: number) => [0x28, 2, offset]
const atomicLoad = [0xfe, 0x10, 2, 0]
const atomicAdd = (offset: number) => [0xfe, 0x1e, 2, offset, 0x1a]
const one = [0x41, 1]
const end = 0x0b

const tally = body(0, ...args, ...part, 0x41, 2, 0x74, 0x6a, ...args, ...load(0), ...atomicAdd(4), end)
const meeting = body(
  ...[1, 1, 0x7f], // one more local, the patience:
  ...[0x41, 0x80, 0xad, 0xe2, 0x04, 0x21, 3], // 10⁷
  ...[...args, ...one, ...atomicAdd(0)],
  ...[0x03, 0x40], // loop while args[0] < parts and --patience ≠ 0
  ...[...args, ...atomicLoad, ...parts, 0x48],
  ...[...patience, ...one, 0x6b, 0x22, 3, 0x41, 0, 0x47],
  ...[0x71, 0x0d, 0, end],
  ...[...args, ...args, ...atomicLoad, ...parts, 0x4e, ...atomicAdd(4)],
  end,
)
const trap = body(
  ...[0, ...args, ...part, ...parts, 0x10, 1], // call meet
  ...[...part, ...args, ...load(8), 0x46, 0x04, 0x40, 0x00, end], // if part = args[2], unreachable
  end,
)

const binary = Uint8Array.from([
  ...header,
  ...section(1, 1, 0x60, 3, 0x7f, 0x7f, 0x7f, 0), // one type: three integers, and no result
  ...section(2, 1, ...text('env'), ...text('memory'), 2, 3, 1, 2),
  ...section(3, 3, 0, 0, 0),
  ...section(7, 3, ...text('tally'), 0, 0, ...text('meet'), 0, 1, ...text('trap'), 0, 2),
  ...section(10, 3, ...tally, ...meeting, ...trap),
])

/** A module that no helper can start, for it wants a function that is not given to it. */
export const lacking = new WebAssembly.Module(
  Uint8Array.from([
    ...header,
    ...section(1, 1, 0x60, 0, 0),
    ...section(2, 1, ...text('other'), ...text('function'), 0, 0),
  ]),
)
