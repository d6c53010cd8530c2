import { readSafetensors, type Tensor, tensor, writeSafetensors } from '@unroll/tensor'
import { describe, expect, test } from 'vitest'
import { decodeRun, encodeRun } from '../src/files/checkpoint.js'
import { batchOf } from '../src/learning/batches.js'
import { Run } from '../src/learning/run.js'

/** A run that some steps were done with, on the host. */
function trained(steps: number, run = new Run('small')): Run {
  while (run.step < steps) run.losses.push(run.learn(batchOf(run.step)).item())
  return run
}

const saved = encodeRun(trained(2))

test('a run that was saved goes on as if it had not been', () => {
  const again = decodeRun(saved)
  expect(again.losses.length).toBe(2)
  const [whole, resumed] = [trained(4), trained(4, again)]
  expect(encodeRun(resumed)).toEqual(encodeRun(whole))
})

describe('what is refused:', () => {
  const { tensors, metadata } = readSafetensors(saved)
  const changed = (others: Record<string, Tensor>, said: Record<string, string> = {}) =>
    writeSafetensors({ ...tensors, ...others }, { metadata: { ...metadata, ...said } })

  test.each<[string, () => Uint8Array, RegExp]>([
    ['no file of this kind', () => new Uint8Array(100), /^readSafetensors: /],
    ['half a file', () => saved.subarray(0, saved.length / 2), /^readSafetensors: /],
    ['a stranger’s', () => changed({}, { format: 'other' }), /^load: it was not saved by this page$/],
    ['another version', () => changed({}, { version: '2' }), /another version than this page's \(1\)/],
    ['another text', () => changed({}, { characters: 'abc' }), /trained on another text/],
    ['a size that there is not', () => changed({}, { size: 'toString' }), /size that this page does not/],
    ['another size', () => changed({}, { size: 'medium' }), /^loadStateDict: .*gru\.weight_ih_l0/s],
    ['losses that are none', () => changed({ losses: tensor([-1]) }), /losses are not numbers/],
    ['a tensor too many', () => changed({ other: tensor([1]) }), /a tensor too many: "other"/],
    [
      'parameters that are not finite',
      () => changed({ 'model.output.bias': tensors['model.output.bias'].mul(Infinity) }),
      /parameters are not all finite/,
    ],
    [
      'a memory of Adam that cannot be',
      () => changed({ 'optimizer.0.exp_avg_sq': tensors['optimizer.0.exp_avg_sq'].add(1).neg() }),
      /0\.exp_avg_sq: got a value that is no number ≥ 0/,
    ],
  ])('%s', (_, bytes, message) => {
    expect(() => decodeRun(bytes())).toThrow(message)
  })
})
