import { parameter } from '@unroll/autograd'
import { Embedding, Linear, LSTM, loadSafetensors, Module, saveSafetensors } from '@unroll/rnn'
import { Random, readSafetensors, type Tensor, tensor, writeSafetensors, zeros } from '@unroll/tensor'
import { describe, expect, test } from 'vitest'

class Model extends Module {
  readonly embedding: Embedding
  readonly lstm: LSTM
  readonly head: Linear

  constructor(seed: number, dtype: 'float32' | 'float64' = 'float32') {
    super()
    const rng = new Random(seed)
    this.embedding = new Embedding(5, 3, { rng, dtype })
    this.lstm = new LSTM(3, 4, { numLayers: 2, rng, dtype })
    this.head = new Linear(4, 5, { bias: false, rng, dtype })
  }
}

describe('stateDict', () => {
  test('is a copy', () => {
    const model = new Model(1)
    const state = model.stateDict()
    const before = values(state)
    state['head.weight'].fill(7)
    expect(values(model.stateDict())).toEqual(before)
    model.head.weight.value.fill(8)
    expect(state['head.weight'].get(0, 0)).toBe(7)
  })
})

describe('loadStateDict', () => {
  test('makes one model the other, in place', () => {
    const [from, to] = [new Model(1), new Model(2)]
    const parameters = to.parameters()
    const tensors = parameters.map(({ value }) => value)
    expect(values(to.stateDict())).not.toEqual(values(from.stateDict()))
    expect(to.loadStateDict(from.stateDict())).toEqual({ missing: [], unexpected: [] })
    expect(values(to.stateDict())).toEqual(values(from.stateDict()))
    expect(to.parameters()).toEqual(parameters)
    to.parameters().forEach(({ value }, i) => void expect(value).toBe(tensors[i]))
  })

  test('does not hold on to what it was given', () => {
    const model = new Model(1)
    const state = new Model(2).stateDict()
    model.loadStateDict(state)
    const before = values(model.stateDict())
    for (const value of Object.values(state)) value.fill(0)
    expect(values(model.stateDict())).toEqual(before)
  })

  test('converts between float32 and float64', () => {
    const [single, double] = [new Model(1), new Model(2, 'float64')]
    double.loadStateDict(single.stateDict())
    expect(values(double.stateDict())).toEqual(values(single.stateDict()))
    expect(double.head.weight.dtype).toBe('float64')
  })

  test('gives a shared parameter its value under each key', () => {
    class Tied extends Module {
      readonly one = new Linear(1, 1, { bias: false, rng: new Random(1) })
      readonly other = this.one
    }
    const tied = new Tied()
    tied.loadStateDict({ 'one.weight': tensor([[4]]), 'other.weight': tensor([[4]]) })
    expect(tied.one.weight.toArray()).toEqual([[4]])
  })

  test('lists everything that does not fit in one error, and loads nothing', () => {
    const model = new Model(1)
    const before = values(model.stateDict())
    const state: Record<string, unknown> = new Model(2).stateDict()
    delete state['lstm.bias_ih_l1']
    delete state['embedding.weight']
    state['lstm.weight_ih_l2'] = zeros([1])
    state.extra = zeros([2])
    state['lstm.weight_hh_l0'] = zeros([16, 3])
    state['head.weight'] = zeros([5, 4], { dtype: 'int32' })
    state['lstm.bias_hh_l0'] = undefined
    state['lstm.bias_hh_l1'] = [1, 2, 3]
    expect(() => model.loadStateDict(state as Record<string, Tensor>)).toThrow(
      [
        'loadStateDict: the state does not fit Model; nothing was loaded',
        '  missing: embedding.weight, lstm.bias_ih_l1',
        '  unexpected: lstm.weight_ih_l2, extra',
        '  do not fit: lstm.weight_hh_l0: got [16, 3] float32, want [16, 4] float32; lstm.bias_hh_l0: got undefined, want [16] float32; lstm.bias_hh_l1: got an array, want [16] float32; head.weight: got [5, 4] int32, want [5, 4] float32',
      ].join('\n'),
    )
    expect(values(model.stateDict())).toEqual(before)
  })

  test('with strict: false lets missing and unexpected keys pass, and reports them', () => {
    const model = new Model(1)
    const untouched = model.embedding.weight.toArray()
    const { 'embedding.weight': _, ...state } = new Model(2).stateDict()
    const report = model.loadStateDict({ ...state, extra: zeros([2]) }, { strict: false })
    expect(report).toEqual({ missing: ['embedding.weight'], unexpected: ['extra'] })
    expect(model.embedding.weight.toArray()).toEqual(untouched)
    expect(model.head.weight.toArray()).toEqual(new Model(2).head.weight.toArray())
  })

  test('with strict: false still refuses what has another shape, and loads nothing', () => {
    const model = new Model(1)
    const before = values(model.stateDict())
    const state = { ...new Model(2).stateDict(), 'head.weight': zeros([5, 3]) }
    expect(() => model.loadStateDict(state, { strict: false })).toThrow(
      /nothing was loaded\n {2}do not fit: head\.weight: got \[5, 3\] float32, want \[5, 4\] float32$/,
    )
    expect(values(model.stateDict())).toEqual(before)
  })

  test('is noticed by a tape that needs the old values', () => {
    const linear = new Linear(2, 1, { rng: new Random(1) })
    const y = linear.forward(parameter([1, 2]))
    linear.loadStateDict(linear.stateDict())
    expect(() => y.backward()).toThrow(/changed in place since/)
  })
})

describe('safetensors', () => {
  test('bring a model back, to the byte', () => {
    const model = new Model(1)
    const bytes = saveSafetensors(model, { format: 'pt', epoch: '3' })
    const loaded = new Model(2)
    expect(loadSafetensors(loaded, bytes)).toEqual({ missing: [], unexpected: [] })
    expect(values(loaded.stateDict())).toEqual(values(model.stateDict()))
    expect(saveSafetensors(loaded, { format: 'pt', epoch: '3' })).toEqual(bytes)
    expect(readSafetensors(bytes).metadata).toEqual({ format: 'pt', epoch: '3' })
    expect(Object.keys(readSafetensors(bytes).tensors).sort()).toEqual(Object.keys(model.stateDict()).sort())
  })

  test('are strict unless told otherwise', () => {
    const linear = new Linear(1, 1, { rng: new Random(1) })
    const bytes = writeSafetensors({ weight: tensor([[5]]) })
    expect(() => loadSafetensors(linear, bytes)).toThrow(/missing: bias/)
    expect(loadSafetensors(linear, bytes, { strict: false })).toEqual({ missing: ['bias'], unexpected: [] })
    expect(linear.weight.toArray()).toEqual([[5]])
  })

  test('that are broken change nothing', () => {
    const model = new Model(1)
    const before = values(model.stateDict())
    const bytes = saveSafetensors(new Model(2))
    expect(() => loadSafetensors(model, bytes.subarray(0, bytes.length - 1))).toThrow(/^readSafetensors: /)
    expect(values(model.stateDict())).toEqual(before)
  })
})

function values(state: Record<string, Tensor>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(state).map(([key, value]) => [key, value.toArray()]))
}
