import { expect, it } from 'vitest'
import { evaluate } from '../src/evaluate.js'
import { Streams } from '../src/text/batches.js'
import { smallRun } from './support.js'

it('gives log₂ of the number of characters when all are equally likely', () => {
  const { run, heldOut } = smallRun(1)
  run.model.output.weight.value.fill(0)
  run.model.output.bias?.value.fill(0)
  const { bits } = evaluate(run.model, heldOut)
  expect(bits).toBeCloseTo(Math.log2(run.vocabulary.size), 5)
})

it('is certain and right when only one character comes, and it is always named', () => {
  const { run, heldOut } = smallRun(1, {}, 'aaaaaaaaab'.repeat(70) + 'a'.repeat(80))
  run.model.output.weight.value.fill(0)
  run.model.output.bias?.value.set([0], 50)
  const { bits, accuracy } = evaluate(run.model, heldOut)
  expect(accuracy).toBe(1)
  expect(bits).toBe(0)
})

it('does not depend on how the streams are cut into windows, since the state is carried', () => {
  const { run, training } = smallRun(1)
  const [whole, cut] = [100, 7].map((bptt) => evaluate(run.model, new Streams(training.text, 4, bptt)))
  expect(whole.bits).toBeCloseTo(cut.bits, 5)
  expect(whole.accuracy).toBe(cut.accuracy)
})
