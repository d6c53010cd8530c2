import { parameter, variable } from '@unroll/autograd'
import {
  Adagrad,
  Adam,
  AdamW,
  accumulate,
  clipGradAdaptive,
  clipGradNorm,
  clipGradNormPerGroup,
  clipGradValue,
  Linear,
  RMSprop,
  SGD,
} from '@unroll/rnn'
import { Random, tensor, zeros } from '@unroll/tensor'
import { expect, test } from 'vitest'
import { expectRefusals, wrong } from '../support/refusals.js'

const linear = new Linear(3, 4, { rng: new Random(1) })
const p = parameter([1, 2])
const q = parameter([1, 2])
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
    /^SGD\.loadStateDict: .*missing groups\.0\.momentum; .*unexpected 0\.step; unexpected 0\.exp_avg; unexpected 0\.exp_avg_sq; unexpected groups\.0\.betas/,
  ],
  [
    'a state of arrays',
    () => stepped.loadStateDict({ ...stepped.stateDict(), '0.exp_avg': wrong([1, 2]) }),
    /^Adam\.loadStateDict: .*0\.exp_avg: got an array, want a Tensor$/,
  ],
  [
    'squares below 0, which would make weights NaN',
    () => stepped.loadStateDict({ ...stepped.stateDict(), '0.exp_avg_sq': tensor([1, -1]) }),
    /^Adam\.loadStateDict: the state does not fit: 0\.exp_avg_sq: got a value that is no number ≥ 0$/,
  ],
  [
    'a memory that is not finite',
    () => stepped.loadStateDict({ ...stepped.stateDict(), '0.exp_avg': tensor([1, Number.NaN]) }),
    /^Adam\.loadStateDict: the state does not fit: 0\.exp_avg: got a value that is no finite number$/,
  ],
  [
    'a negative number of steps',
    () => stepped.loadStateDict({ ...stepped.stateDict(), '0.step': tensor(-3, { dtype: 'int32' }) }),
    /^Adam\.loadStateDict: the state does not fit: 0\.step: got a value that is no number ≥ 0$/,
  ],
  [
    'no state',
    () => stepped.loadStateDict(wrong()),
    /^Adam\.loadStateDict: wants tensors by key, .* got undefined$/,
  ],

  [
    'an option that there is not',
    () => new SGD([p], wrong({ lr: 1, weight_decay: 0.1 })),
    /^SGD: has no option weight_decay \(it has lr, momentum, dampening, nesterov, weightDecay\)$/,
  ],
  ['a number for options', () => new SGD([p], wrong(0.1)), /^SGD: wants options by name, got 0.1$/],
  ['a text for a number', () => new SGD([p], { lr: wrong('1') }), /^SGD: lr is a number ≥ 0, got string$/],
  [
    'a number for a switch',
    () => new Adam([p], { amsgrad: wrong(1) }),
    /^Adam: amsgrad is true or false, got 1$/,
  ],
  [
    'a number for betas',
    () => new Adam([p], { betas: wrong(0.9) }),
    /^Adam: betas is a list of two decay rates, got 0.9$/,
  ],
  [
    'a dampening of 1',
    () => new SGD([p], { lr: 1, dampening: 1 }),
    /^SGD: dampening lies in \[0, 1\), got 1$/,
  ],
  [
    'nesterov with dampening',
    () => new SGD([p], { lr: 1, nesterov: true, momentum: 0.5, dampening: 0.1 }),
    /^SGD: nesterov wants no dampening, got 0.1$/,
  ],
  ['an α of 1', () => new RMSprop([p], { alpha: 1 }), /^RMSprop: alpha lies in \[0, 1\), got 1$/],
  [
    'a negative decay of the rate',
    () => new Adagrad([p], { lrDecay: -1 }),
    /^Adagrad: lrDecay is a number ≥ 0, got -1$/,
  ],
  [
    'groups and parameters mixed',
    () => new SGD(wrong([p, { parameters: [parameter([1])] }]), { lr: 1 }),
    /^SGD: wants either parameters or groups \{ parameters, … \}, got both \(Variable\)$/,
  ],
  [
    'groups without parameters in any',
    () => new SGD([{ parameters: [] }], { lr: 1 }),
    /^SGD: wants parameters to train, got none$/,
  ],
  [
    'a module in the place of the parameters of a group',
    () => new SGD([{ parameters: wrong(linear) }], { lr: 1 }),
    /^SGD: wants a list of parameters, .* got Linear$/,
  ],
  [
    'a parameter in two groups',
    () => new SGD([{ parameters: [p] }, { parameters: [p] }], { lr: 1 }),
    /^SGD: a parameter is named twice$/,
  ],
  [
    'an option that there is not, in a group',
    () => new SGD([{ parameters: [p], ...(wrong({ learningRate: 1 }) as object) }], { lr: 1 }),
    /^SGD: has no option learningRate/,
  ],
  [
    'nesterov without momentum, in a group',
    () => new SGD([{ parameters: [p], momentum: 0 }], { lr: 1, momentum: 0.9, nesterov: true }),
    /^SGD: nesterov wants a momentum > 0$/,
  ],
  [
    'a list of parameters in the place of a group',
    () => stepped.addGroup(wrong([p])),
    /^Adam: wants a group \{ parameters, … \}, got an array$/,
  ],
  [
    'a group that has such a parameter already',
    () => stepped.addGroup({ parameters: stepped.parameters }),
    /^Adam: a parameter is named twice$/,
  ],
  [
    'a rate of a group set to NaN',
    () => Object.assign(new AdamW([p]).groups[0], { lr: Number.NaN }),
    /^AdamW: lr is a number ≥ 0, got NaN$/,
  ],

  [
    'a norm of order 0',
    () => clipGradNorm([p], 1, { normType: 0 }),
    /^clipGradNorm: normType is a number > 0 or Infinity, got 0$/,
  ],
  [
    'parameters without groups',
    () => clipGradNormPerGroup(wrong([p]), 1),
    /^clipGradNormPerGroup: wants a list of parameters, .* got Variable$/,
  ],
  [
    'an optimiser in the place of its groups',
    () => clipGradNormPerGroup(wrong(stepped), 1),
    /^clipGradNormPerGroup: wants groups of parameters, such as optimizer\.groups, got Adam$/,
  ],
  [
    'too few maxNorms',
    () => clipGradNormPerGroup([[p], [parameter([1])]], [1]),
    /^clipGradNormPerGroup: wants one maxNorm, or one for each of 2 groups; got 1$/,
  ],
  [
    'a parameter in two groups to clip',
    () => clipGradNormPerGroup([[graded(q)], [q]], 1),
    /^clipGradNormPerGroup: a parameter is in two groups$/,
  ],
  [
    'a negative share of the weights',
    () => clipGradAdaptive([p], { clipFactor: -1 }),
    /^clipGradAdaptive: clipFactor is a number ≥ 0, got -1$/,
  ],
  [
    'a gradient of another shape to clip',
    () => {
      const other = parameter([1, 2])
      other.grad = variable([1])
      clipGradAdaptive([other])
    },
    /^clipGradAdaptive: the gradient of a parameter \[2\] has shape \[1\]$/,
  ],
  ['no parts', () => accumulate([], () => p), /^accumulate: wants parts of a batch, got none$/],
  [
    'a number for a loss',
    () => accumulate([1], () => wrong(0.5)),
    /^accumulate: wants a loss that is a Variable, got 0.5$/,
  ],
  [
    'too few weights',
    () => accumulate([1, 2], () => p, { weights: [1] }),
    /^accumulate: wants a weight for each of 2 parts, got 1$/,
  ],
  [
    'no weight at all',
    () => accumulate([1], () => p, { weights: [0] }),
    /^accumulate: wants a weight > 0, got none$/,
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

function graded(q = parameter([1, 2])) {
  q.grad = variable([1, 1])
  return q
}
