import { getThreads, kernelsFor, matmul, Random, reference, setThreads, withKernels } from '@unroll/tensor'
import { afterEach, expect, test, vi } from 'vitest'
import { localEngine } from '../../src/kernels/wasm/engine.js'
import { makeCrew, makeTasks, meet } from '../threads-tasks.js'

afterEach(() => vi.unstubAllGlobals())

const inBrowser = typeof document === 'object'

test('the kernels are the WebAssembly ones', () => {
  expect(kernelsFor('float32').name).toBe('wasm')
  expect(localEngine()).toBeDefined()
})

test('threads share memory', () => {
  if (inBrowser) expect(crossOriginIsolated).toBe(true)
  setThreads(3)
  expect(getThreads()).toBe(3)
})

test('helpers come, work beside the caller', async () => {
  const tasks = makeTasks()
  const crew = makeCrew(tasks)
  tasks.words[0] = 7
  crew.run(3, 'tally', 0, 5) // alone, at first
  expect([...tasks.words.subarray(0, 7)]).toEqual([7, 7, 7, 7, 7, 7, 0])
  // A page's workers may start only when it gives way.
  await vi.waitUntil(() => meet(crew, tasks.words, 3, 1), { timeout: 30_000 })
  crew.dismiss()
}, 40_000)

test('a large product is right, on threads and where a page has none', () => {
  const rng = new Random(1)
  const [a, b] = [rng.bernoulli([256, 256]), rng.bernoulli([256, 256])]
  const expected = withKernels(reference, () => matmul(a, b))
  setThreads(2)
  expect(matmul(a, b).arrayEqual(expected)).toBe(true)
  if (inBrowser) {
    vi.stubGlobal('crossOriginIsolated', false)
    setThreads(2)
    expect(getThreads()).toBe(1)
  }
  expect(matmul(a, b).arrayEqual(expected)).toBe(true)
})
