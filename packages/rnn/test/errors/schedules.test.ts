import { parameter } from '@unroll/autograd'
import {
  Adagrad,
  cosineAnnealingLR,
  cosineAnnealingWarmRestarts,
  exponentialLR,
  LRSchedule,
  linearLR,
  multiStepLR,
  OneCycleLR,
  oneCycle,
  polynomialLR,
  ReduceLROnPlateau,
  SGD,
  sequentialLR,
  stepLR,
  warmup,
} from '@unroll/rnn'
import { expect, test } from 'vitest'
import { expectRefusals, wrong } from '../support/refusals.js'

const optimizer = new SGD([parameter([1])], { lr: 1, momentum: 0.9 })
const plateau = new ReduceLROnPlateau(optimizer)
const schedule = new LRSchedule(optimizer, stepLR({ stepSize: 5 }))

expectRefusals([
  [
    'no optimiser',
    () => new LRSchedule(wrong(), stepLR({ stepSize: 1 })),
    /^LRSchedule: wants an optimiser, got undefined$/,
  ],
  [
    'parameters in the place of an optimiser',
    () => new ReduceLROnPlateau(wrong([parameter([1])])),
    /^ReduceLROnPlateau: wants an optimiser, got an array$/,
  ],
  [
    'no formula',
    () => new LRSchedule(optimizer, wrong({ stepSize: 1 })),
    /^LRSchedule: wants a formula \(base, t\) => lr, such as .*; got Object$/,
  ],
  [
    'a formula that gives NaN',
    () => new LRSchedule(optimizer, () => Number.NaN),
    /^LRSchedule: the learning rate after 0 steps is a number ≥ 0, got NaN$/,
  ],
  ['a step of 0 steps', () => stepLR({ stepSize: 0 }), /^stepLR: stepSize is a positive integer, got 0$/],
  ['a negative γ', () => exponentialLR({ gamma: -1 }), /^exponentialLR: gamma is a number ≥ 0, got -1$/],
  ['no γ', () => exponentialLR(wrong({})), /^exponentialLR: gamma is a number ≥ 0, got undefined$/],
  [
    'milestones that fall',
    () => multiStepLR({ milestones: [3, 2] }),
    /^multiStepLR: milestones must rise, got \[3, 2\]$/,
  ],
  [
    'milestones between steps',
    () => multiStepLR({ milestones: [1.5] }),
    /^multiStepLR: milestones\[0\] is a positive integer, got 1.5$/,
  ],
  [
    'one milestone',
    () => multiStepLR({ milestones: wrong(3) }),
    /^multiStepLR: milestones is a list of steps, got 3$/,
  ],
  [
    'a fall of no steps',
    () => polynomialLR({ steps: 0 }),
    /^polynomialLR: steps is a positive integer, got 0$/,
  ],
  [
    'a cosine of no steps',
    () => cosineAnnealingLR({ steps: 0 }),
    /^cosineAnnealingLR: steps is a positive integer, got 0$/,
  ],
  [
    'a negative least rate',
    () => cosineAnnealingLR({ steps: 1, minLr: -1 }),
    /^cosineAnnealingLR: minLr is a number ≥ 0, got -1$/,
  ],
  [
    'laps that grow shorter',
    () => cosineAnnealingWarmRestarts({ steps: 4, factor: 0.5 }),
    /^cosineAnnealingWarmRestarts: factor is a positive integer, got 0.5$/,
  ],
  ['a warm-up of no steps', () => warmup({ steps: 0 }), /^warmup: steps is a positive integer, got 0$/],
  [
    'a ramp from below 0',
    () => linearLR({ steps: 1, startFactor: -1 }),
    /^linearLR: startFactor is a number ≥ 0, got -1$/,
  ],
  [
    'formulas without milestones between them',
    () => sequentialLR([stepLR({ stepSize: 1 }), stepLR({ stepSize: 1 })], []),
    /^sequentialLR: wants one milestone less than formulas, got 0 for 2$/,
  ],
  ['a cycle of no steps', () => oneCycle({ totalSteps: 0 }), /^oneCycle: totalSteps is a positive integer/],
  [
    'a rise of more than the cycle',
    () => oneCycle({ totalSteps: 5, pctStart: 1.5 }),
    /^oneCycle: pctStart lies between 0 and 1, got 1.5$/,
  ],
  [
    'an unknown curve',
    () => oneCycle({ totalSteps: 5, annealStrategy: wrong('exp') }),
    /^oneCycle: annealStrategy is cos or linear, got exp$/,
  ],
  [
    'a divisor of 0',
    () => oneCycle({ totalSteps: 5, divFactor: 0 }),
    /^oneCycle: divFactor is a number > 0, got 0$/,
  ],
  [
    'a momentum that would keep everything',
    () => new OneCycleLR(optimizer, { totalSteps: 5, maxMomentum: 1 }),
    /^oneCycleMomentum: maxMomentum lies in \[0, 1\), got 1$/,
  ],
  [
    'momentum where there is none',
    () => new OneCycleLR(new Adagrad([parameter([1])]), { totalSteps: 5 }),
    /^OneCycleLR: the optimiser has no momentum to set \(leave it alone by cycleMomentum: false\)$/,
  ],
  [
    'too many largest rates',
    () => new OneCycleLR(optimizer, { totalSteps: 5, maxLr: [1, 2] }),
    /^OneCycleLR: wants one maxLr, or one for each of 1 groups; got 2$/,
  ],
  [
    'no metric',
    () => plateau.step(wrong()),
    /^ReduceLROnPlateau: step wants a metric that is a number, such as the held-out loss; got undefined$/,
  ],
  ['a metric that is NaN', () => plateau.step(Number.NaN), /^ReduceLROnPlateau: step wants .*; got NaN$/],
  [
    'a metric that nothing can be better than',
    () => plateau.step(Number.NEGATIVE_INFINITY),
    /^ReduceLROnPlateau: step wants .*; got -Infinity$/,
  ],
  [
    'a factor of 1',
    () => new ReduceLROnPlateau(optimizer, { factor: 1 }),
    /^ReduceLROnPlateau: factor lies in \[0, 1\), got 1$/,
  ],
  [
    'an unknown mode',
    () => new ReduceLROnPlateau(optimizer, { mode: wrong('least') }),
    /^ReduceLROnPlateau: mode is min or max, got least$/,
  ],
  [
    'an unknown mode of the threshold',
    () => new ReduceLROnPlateau(optimizer, { thresholdMode: wrong('relative') }),
    /^ReduceLROnPlateau: thresholdMode is rel or abs, got relative$/,
  ],
  [
    'half a step of patience',
    () => new ReduceLROnPlateau(optimizer, { patience: 0.5 }),
    /^ReduceLROnPlateau: patience is an integer ≥ 0, got 0.5$/,
  ],
  [
    'too many least rates',
    () => new ReduceLROnPlateau(optimizer, { minLr: [0, 0] }),
    /^ReduceLROnPlateau: wants one minLr, or one for each of 1 groups; got 2$/,
  ],
  [
    'no state',
    () => schedule.loadStateDict(wrong()),
    /^LRSchedule\.loadStateDict: wants a state, as stateDict\(\) gives it, got undefined$/,
  ],
  [
    'the state of another schedule',
    () => schedule.loadStateDict(plateau.stateDict()),
    /^LRSchedule\.loadStateDict: wants a state with steps, baseLrs; got one with best, badSteps, cooldown$/,
  ],
  [
    'a state of other groups',
    () => schedule.loadStateDict({ steps: 1, baseLrs: [1, 2] }),
    /^LRSchedule\.loadStateDict: wants baseLrs of 1 groups, got \[1,2\]$/,
  ],
  [
    'a state before the beginning',
    () => schedule.loadStateDict({ steps: -1, baseLrs: [1] }),
    /^LRSchedule\.loadStateDict: steps is an integer ≥ 0, got -1$/,
  ],
  [
    'a state whose best is a text',
    () => plateau.loadStateDict({ best: wrong('1'), badSteps: 0, cooldown: 0 }),
    /^ReduceLROnPlateau\.loadStateDict: best is a number or null, got string$/,
  ],
])

test('a schedule that was refused a step stays where it is', () => {
  const own = new SGD([parameter([1])], { lr: 1 })
  const failing = new LRSchedule(own, (base, t) => (t === 2 ? Number.NaN : base / (1 + t)))
  failing.step()
  expect(() => failing.step()).toThrow(/^LRSchedule: the learning rate after 2 steps/)
  expect([own.lr, failing.steps]).toEqual([0.5, 1])
})
