import { parameter, variable } from '@unroll/autograd'
import { Adam, AdamW, clipGradNorm, clipGradValue, Linear, SGD } from '@unroll/rnn'
import { Random, zeros } from '@unroll/tensor'
import { expect, test } from 'vitest'
import { expectRefusals, wrong } from '../support/refusals.js'

const linear = new Linear(3, 4, { rng: new Random(1) })
const p = parameter([1, 2])
const stepped = new Adam([graded()])
stepped.step()

expectRefusals([
  [
    'a module in the place of its parameters',
    () => new Adam(wrong(linear)),
    /^Adam: wants a list of parameters, such as model\.parameters\(\), got Linear$/,
  ],
  [
    'a parameter by itself',
    () => new SGD(wrong(p), { lr: 1 }),
    /^SGD: wants a list of parameters, .* got Variable$/,
  ],
  ['nothing', () => new AdamW(wrong()), /^AdamW: wants a list of parameters, .* got undefined$/],
  ['no parameters', () => new Adam([]), /^Adam: wants parameters to train, got none$/],
  ['tensors', () => new Adam(wrong([zeros([1])])), /^Adam: wants parameters that are variables, got Tensor$/],
  [
    'the result of an op',
    () => new Adam([p.mul(2)]),
    /^Adam: wants parameters: variables that no op has made$/,
  ],
  ['a parameter twice', () => new Adam([p, p]), /^Adam: a parameter is named twice$/],
  ['no learning rate', () => new SGD([p], wrong()), /^SGD: lr is a number ≥ 0, got undefined$/],
  ['a negative learning rate', () => new Adam([p], { lr: -1 }), /^Adam: lr is a number ≥ 0, got -1$/],
  [
    'an infinite learning rate',
    () => new Adam([p], { lr: Number.POSITIVE_INFINITY }),
    /^Adam: lr is a number ≥ 0, got Infinity$/,
  ],
  [
    'a learning rate set to NaN',
    () => Object.assign(new AdamW([p]), { lr: Number.NaN }),
    /^AdamW: lr is a number ≥ 0, got NaN$/,
  ],
  [
    'a negative momentum',
    () => new SGD([p], { lr: 1, momentum: -0.1 }),
    /^SGD: momentum is a number ≥ 0, got -0.1$/,
  ],
  [
    'a negative weight decay',
    () => new SGD([p], { lr: 1, weightDecay: -1 }),
    /^SGD: weightDecay is a number ≥ 0, got -1$/,
  ],
  [
    'nesterov without momentum',
    () => new SGD([p], { lr: 1, nesterov: true }),
    /^SGD: nesterov wants a momentum > 0$/,
  ],
  ['a β₁ of 1', () => new Adam([p], { betas: [1, 0.9] }), /^Adam: betas\[0\] lies in \[0, 1\), got 1$/],
  [
    'a β₂ that is missing',
    () => new Adam([p], { betas: wrong([0.9]) }),
    /^Adam: betas\[1\] lies in \[0, 1\), got undefined$/,
  ],
  ['a negative ε', () => new Adam([p], { eps: -1 }), /^Adam: eps is a number ≥ 0, got -1$/],
  [
    'a gradient of another shape',
    () => {
      const q = parameter([1, 2])
      q.grad = variable([1])
      new SGD([p, q], { lr: 1 }).step()
    },
    /^SGD: the gradient of parameter 1 \[2\] has shape \[1\]$/,
  ],
  [
    'a state with everything wrong',
    () =>
      stepped.loadStateDict({
        '0.step': zeros([1]),
        '0.exp_avg': zeros([3]),
        '1.step': zeros([]),
        other: zeros([]),
      }),
    /^Adam\.loadStateDict: the state does not fit: 0\.step: got \[1\], want \[\]; 0\.exp_avg: got \[3\], want \[2\]; missing 0\.exp_avg_sq; unexpected 1\.step; unexpected other$/,
  ],
  [
    'the state of another optimiser',
    () => new SGD([p], { lr: 1 }).loadStateDict(stepped.stateDict()),
    /^SGD\.loadStateDict: .*unexpected 0\.step; unexpected 0\.exp_avg; unexpected 0\.exp_avg_sq$/,
  ],
  [
    'a state of arrays',
    () => stepped.loadStateDict({ ...stepped.stateDict(), '0.exp_avg': wrong([1, 2]) }),
    /^Adam\.loadStateDict: .*0\.exp_avg: got an array, want a Tensor$/,
  ],
  [
    'no state',
    () => stepped.loadStateDict(wrong()),
    /^Adam\.loadStateDict: wants tensors by key, .* got undefined$/,
  ],

  ['maxNorm negative', () => clipGradNorm([p], -1), /^clipGradNorm: maxNorm is a number ≥ 0, got -1$/],
  [
    'maxNorm missing',
    () => clipGradNorm([p], wrong()),
    /^clipGradNorm: maxNorm is a number ≥ 0, got undefined$/,
  ],
  [
    'a module to clip',
    () => clipGradNorm(wrong(linear), 1),
    /^clipGradNorm: wants a list of parameters, .* got Linear$/,
  ],
  ['clipValue negative', () => clipGradValue([p], -1), /^clipGradValue: clipValue is a number ≥ 0, got -1$/],
  [
    'tensors to clip',
    () => clipGradValue(wrong([zeros([1])]), 1),
    /^clipGradValue: wants parameters that are variables, got Tensor$/,
  ],
])

test('an optimiser that refused a state goes on from its own', () => {
  const values = () => Object.entries(stepped.stateDict()).map(([key, x]) => [key, x.toArray()])
  const before = values()
  expect(() => stepped.loadStateDict({ ...stepped.stateDict(), extra: zeros([]) })).toThrow(
    /unexpected extra$/,
  )
  expect(values()).toEqual(before)
})

function graded() {
  const q = parameter([1, 2])
  q.grad = variable([1, 1])
  return q
}
