import {
  getThreads,
  matmul,
  Random,
  type SequenceBackward,
  type SequenceName,
  type SequenceTensors,
  sequence,
  setThreads,
  type Tensor,
  tensor,
  UnrollError,
} from '@unroll/tensor'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { engineFor, localEngine } from '../src/kernels/wasm/engine.js'

const atFirst = getThreads()

afterEach(() => {
  vi.unstubAllGlobals()
  setThreads(atFirst)
})

describe('setThreads', () => {
  test('sets what getThreads tells', () => {
    for (const count of [1, 2, 64]) {
      setThreads(count)
      expect(getThreads()).toBe(count)
    }
  })

  test.each([0, -1, 65, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '2' as never, undefined as never])(
    'refuses %s',
    (count) => {
      expect(() => setThreads(count)).toThrow(
        new UnrollError(`setThreads: ${count} is not a number of threads (want an integer from 1 to 64)`),
      )
      expect(getThreads()).toBe(atFirst)
    },
  )

  test('gives 1 where threads cannot share memory', () => {
    vi.stubGlobal('process', undefined)
    setThreads(4)
    expect(getThreads()).toBe(1)
  })
})

describe('the engine for a task', () => {
  test('has threads if there are any, and enough to do for them', () => {
    setThreads(3)
    expect(engineFor(1e3)).toBe(localEngine())
    expect(localEngine()?.threads).toBe(1)
    const shared = engineFor(1e9)
    expect(shared?.threads).toBe(3)
    expect(shared?.memory.buffer).toBeInstanceOf(SharedArrayBuffer)
    expect(engineFor(1e9)).toBe(shared)
    setThreads(1)
    expect(engineFor(1e9)).toBe(localEngine())
  })
})

describe('results are the same to a bit on any number of threads', () => {
  const rng = new Random(1)
  const cases: [string, () => readonly (Tensor | undefined)[]][] = [
    ['matmul', product([301, 203], [203, 197])],
    ['matmul of a few rows', product([3, 2048], [2048, 1021])],
    ['matmul in batches', product([5, 67, 131], [5, 131, 129])],
    ['matmul of transposes', product([203, 301], [197, 203], (x) => x.transpose())],
    ['rnnTanh', layer('rnnTanh', 1)],
    ['rnnRelu', layer('rnnRelu', 1)],
    ['lstm', layer('lstm', 4)],
    ['gru', layer('gru', 3)],
  ]

  test.each(cases)('%s', (_, compute) => {
    const [one, ...others] = [1, 2, 3, 8].map((count) => {
      setThreads(count)
      return compute()
    })
    for (const results of others)
      results.forEach((result, i) => {
        expect(result?.arrayEqual(one[i] as Tensor)).toBe(true)
      })
  })

  function product(left: number[], right: number[], view = (x: Tensor) => x) {
    const [a, b] = [rng.normal(left), rng.normal(right)]
    return () => [matmul(view(a), view(b))]
  }

  /** Its output, last state and gradients. */
  function layer(name: SequenceName, gates: number) {
    const [B, T, I, H] = [13, 17, 41, 121]
    const random = (...shape: number[]) => rng.uniform(shape, -0.1, 0.1)
    const tensors: SequenceTensors = {
      x: random(B, T, I),
      state: name === 'lstm' ? [random(B, H), random(B, H)] : [random(B, H)],
      weightIh: random(gates * H, I),
      weightHh: random(gates * H, H),
      biasIh: random(gates * H),
      biasHh: random(gates * H),
      lengths: tensor([17, 3, 9, 1, 17, 5, 16, 12, 8, 17, 2, 14, 11], { dtype: 'int32' }),
    }
    const dOutput = random(B, T, H)
    return () => {
      const { output, state, backward } = sequence(name, tensors, true)
      const gradients = (backward as SequenceBackward)(dOutput, state, true)
      const { x, weightIh, weightHh, biasIh, biasHh } = gradients
      return [output, ...state, ...gradients.state, x, weightIh, weightHh, biasIh, biasHh]
    }
  }
})
