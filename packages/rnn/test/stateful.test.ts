import { GRU, LSTM, Stateful } from '@unroll/rnn'
import { Random, zeros } from '@unroll/tensor'
import { describe, expect, test } from 'vitest'
import { expectRefusals, wrong } from './support/refusals.js'

const rng = new Random(1)
const lstm = new LSTM(3, 4, { numLayers: 2, rng })
const x = rng.normal([2, 6, 3])

test('pieces of a stream give what the whole gives', () => {
  const stream = new Stateful(lstm)
  const pieces = [x.slice(null, [0, 2]), x.slice(null, [2, 3]), x.slice(null, [3, 6])]
  const [whole, end] = lstm.forward(x)
  let t = 0
  for (const piece of pieces) {
    const output = stream.forward(piece)
    expect(output.data).toEqual(whole.value.slice(null, [t, t + piece.shape[1]]).data)
    t += piece.shape[1]
  }
  expect(stream.state?.h.data).toEqual(end.h.data)
  expect(stream.state?.c.data).toEqual(end.c.data)
})

test('gradients end where a piece ends', () => {
  const stream = new Stateful(lstm)
  stream.forward(x)
  expect(stream.state?.h.requiresGrad).toBe(false)
  stream.forward(x).sum().backward() // the tape of the first piece is not walked
  lstm.zeroGrad()
})

test('reset begins anew, for all sequences or for some', () => {
  const stream = new Stateful(lstm)
  const first = stream.forward(x).data
  stream.reset()
  expect(stream.state).toBeUndefined()
  expect(stream.forward(x).data).toEqual(first)

  stream.reset([1])
  expect(stream.state?.h.slice(null, 1).value.equal(0).all().item()).toBe(1)
  expect(stream.state?.c.slice(null, 1).value.equal(0).all().item()).toBe(1)
  const again = stream.forward(x)
  expect(again.value.slice(1).data).toEqual(lstm.forward(x)[0].value.slice(1).data)
  expect(again.value.slice(0).data).not.toEqual(lstm.forward(x)[0].value.slice(0).data)
})

test('a state can be put by and taken up again', () => {
  const stream = new Stateful(lstm)
  stream.forward(x)
  const { state } = stream
  const next = stream.forward(x).data
  stream.reset()
  stream.state = state
  expect(stream.forward(x).data).toEqual(next)
})

test('has the keys of its layer, and no others', () => {
  expect(Object.keys(new Stateful(lstm).stateDict())).toEqual(Object.keys(lstm.stateDict()))
})

describe('refused', () => {
  const stream = new Stateful(new GRU(3, 4, { rng }))
  stream.forward(x)
  expectRefusals([
    ['no layer', () => new Stateful(wrong({})), /^Stateful: wants a recurrent layer, got Object$/],
    [
      'another batch',
      () => stream.forward(x.slice([0, 1])),
      /^GRU: wants state \{ h: \[1, 1, 4\] \} of float variables, got h: \[1, 2, 4\]$/,
    ],
    [
      'a state of tensors',
      () => {
        stream.state = wrong({ h: zeros([1, 2, 4]) })
      },
      /^Stateful: wants a state of variables, as a layer gives it, got h: Tensor$/,
    ],
    [
      'one sequence, not in a list',
      () => stream.reset(wrong(0)),
      /^Stateful.reset: wants a list of .*, got 0$/,
    ],
    ['no such sequence', () => stream.reset([2]), /^Stateful.reset: there is no sequence 2 \(want 0 … 1\)$/],
  ])
})
