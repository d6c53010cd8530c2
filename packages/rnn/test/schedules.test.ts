import { parameter, variable } from '@unroll/autograd'
import {
  Adam,
  type AdamOptions,
  cosineAnnealingLR,
  cosineAnnealingWarmRestarts,
  exponentialLR,
  LRSchedule,
  linearLR,
  multiStepLR,
  OneCycleLR,
  type OneCycleLROptions,
  type Optimizer,
  oneCycle,
  oneCycleMomentum,
  polynomialLR,
  type Rate,
  ReduceLROnPlateau,
  type ReduceLROnPlateauOptions,
  type Schedule,
  SGD,
  type SGDOptions,
  sequentialLR,
  stepLR,
  warmup,
} from '@unroll/rnn'
import { readSafetensors, writeSafetensors } from '@unroll/tensor'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { expectNear, figures } from './support/figures.js'
import { examples } from './support/networks.js'

const [{ bases }] = figures<{ bases: [number, number] }>('optim.jsonl', 'origin')

// biome-ignore lint/suspicious/noExplicitAny: the options come from a file
const formulas: Record<string, (options: any) => Rate> = {
  stepLR,
  multiStepLR,
  exponentialLR,
  polynomialLR,
  linearLR,
  cosineAnnealingLR,
  cosineAnnealingWarmRestarts,
  warmup: (options) => warmup(options, cosineAnnealingLR({ steps: 20 })),
}

describe('give PyTorch’s learning rates', () => {
  interface FormulaCase {
    readonly name: string
    readonly options: object
    readonly lr: readonly (readonly number[])[]
  }

  const cases = figures<FormulaCase>('optim.jsonl', 'formulas')

  test('there are cases of every formula', () =>
    expect(new Set(cases.map(({ name }) => name))).toEqual(new Set(Object.keys(formulas))))

  test.each(cases)('$name($options)', ({ name, options, lr }) => {
    const rate = formulas[name](options)
    const optimizer = twoGroups()
    const schedule = new LRSchedule(optimizer, rate)
    for (const [t, rates] of lr.entries()) {
      if (t > 0) schedule.step()
      expectNear(lrsOf(optimizer), rates)
      expectNear(
        bases.map((base) => rate(base, t)),
        rates,
      )
    }
  })

  interface OneCycleCase {
    readonly optimizer: 'SGD' | 'Adam'
    readonly options: Omit<OneCycleLROptions, 'totalSteps'>
    readonly lr: readonly (readonly number[])[]
    readonly momentum: readonly number[]
  }

  test.each(figures<OneCycleCase>('optim.jsonl', 'one_cycles'))('OneCycleLR of $optimizer, $options', (c) => {
    const sgd = twoGroups({ momentum: 0.9 })
    const adam = twoGroupsOfAdam()
    const optimizer = c.optimizer === 'SGD' ? sgd : adam
    const schedule = new OneCycleLR(optimizer, { maxLr: [0.5, 0.05], totalSteps: 30, ...c.options })
    const momentum = () => (c.optimizer === 'SGD' ? sgd.groups[0].momentum : adam.groups[0].betas[0])
    for (const [t, rates] of c.lr.entries()) {
      if (t > 0) schedule.step()
      expectNear([...lrsOf(optimizer), momentum()], [...rates, c.momentum[t]])
    }
    expect(adam.groups.map(({ betas }) => betas[1])).toEqual([0.999, 0.999])
  })

  interface PlateauCase {
    readonly options: ReduceLROnPlateauOptions
    readonly metrics: readonly number[]
    readonly lr: readonly (readonly number[])[]
  }

  test.each(figures<PlateauCase>('optim.jsonl', 'plateaus'))('ReduceLROnPlateau($options)', (c) => {
    const optimizer = twoGroups()
    const schedule = new ReduceLROnPlateau(optimizer, c.options)
    for (const [t, rates] of c.lr.entries()) {
      if (t > 0) schedule.step(c.metrics[t - 1])
      expectNear(lrsOf(optimizer), rates)
    }
  })
})

describe('beyond their ends', () => {
  test('falls and ramps stay where they came to', () => {
    for (const t of [10, 11, 1000]) {
      expect(polynomialLR({ steps: 10 })(1, t)).toBe(0)
      expect(linearLR({ steps: 10, endFactor: 0.5 })(1, t)).toBe(0.5)
      expect(warmup({ steps: 10 })(1, t)).toBe(1)
      expect(multiStepLR({ milestones: [3, 10] })(1, t)).toBeCloseTo(0.01, 12)
    }
  })

  test('a cosine rises again, as PyTorch’s does', () => {
    const rate = cosineAnnealingLR({ steps: 10 })
    expect(rate(1, 10)).toBe(0)
    expect(rate(1, 15)).toBeCloseTo(0.5, 12)
    expect(rate(1, 20)).toBe(1)
  })

  test('one cycle stays at its last rate for the step that follows the last batch, and is over then', () => {
    const optimizer = twoGroups({ momentum: 0.9 })
    const schedule = new OneCycleLR(optimizer, { totalSteps: 5 })
    for (let step = 0; step < 5; step++) schedule.step()
    const last = lrsOf(optimizer)
    expectNear(
      last,
      bases.map((base) => base / 25 / 1e4),
    )
    expect(() => schedule.step()).toThrow(/^oneCycle: is over after 5 steps \(totalSteps\), got 6$/)
    expect(lrsOf(optimizer)).toEqual(last)
    expect(schedule.steps).toBe(5)
  })

  test.each([1, 2, 3])('one cycle of %d steps has numbers for rates', (totalSteps) => {
    for (const pctStart of [0, 0.5, 1])
      for (const threePhase of [false, true]) {
        const rate = oneCycle({ totalSteps, pctStart, threePhase })
        const momentum = oneCycleMomentum({ totalSteps, pctStart, threePhase })
        for (let t = 0; t <= totalSteps; t++) {
          expect(rate(1, t)).toBeGreaterThan(0)
          expect(rate(1, t)).toBeLessThanOrEqual(1)
          expect(momentum(t)).toBeGreaterThanOrEqual(0.85)
          expect(momentum(t)).toBeLessThanOrEqual(0.95)
        }
      }
  })
})

describe('a formula', () => {
  const t = fc.nat(200)

  test('can be any function', () => {
    const optimizer = twoGroups()
    const schedule = new LRSchedule(optimizer, (base, t) => base / (1 + t))
    schedule.step()
    schedule.step()
    expectNear(lrsOf(optimizer), [0.1 / 3, 0.02 / 3])
  })

  test('that warms up rises to the base and never starts at 0', () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), t, (steps, t) => {
        const rate = warmup({ steps })(2, t)
        expect(rate).toBeCloseTo(2 * Math.min(1, 1 / steps + (t / steps) * (1 - 1 / steps)), 12)
        expect(rate).toBeGreaterThan(0)
      }),
      examples(100),
    ))

  test('in sequence begins anew at each milestone', () => {
    const clock: Rate = (_, t) => t
    const rate = sequentialLR([clock, clock, clock], [3, 5])
    expect([0, 1, 2, 3, 4, 5, 6, 7].map((t) => rate(1, t))).toEqual([0, 1, 2, 0, 1, 0, 1, 2])
  })

  test('with restarts is the same at every lap', () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 3 }), t, (steps, factor, t) => {
        const rate = cosineAnnealingWarmRestarts({ steps, factor })
        let [start, length] = [0, steps]
        while (start + length <= t) [start, length] = [start + length, length * factor]
        expect(rate(1, start)).toBe(1)
        expect(rate(1, t)).toBeCloseTo((1 + Math.cos((Math.PI * (t - start)) / length)) / 2, 12)
      }),
      examples(100),
    ))
})

const schedules: readonly [string, (optimizer: Optimizer) => Schedule][] = [
  ...Object.entries({
    stepLR: stepLR({ stepSize: 2 }),
    multiStepLR: multiStepLR({ milestones: [3, 5] }),
    exponentialLR: exponentialLR({ gamma: 0.8 }),
    polynomialLR: polynomialLR({ steps: 9, power: 2 }),
    cosineAnnealingLR: cosineAnnealingLR({ steps: 7 }),
    cosineAnnealingWarmRestarts: cosineAnnealingWarmRestarts({ steps: 3, factor: 2 }),
    warmup: warmup({ steps: 3 }, linearLR({ steps: 4, startFactor: 1, endFactor: 0.1 })),
  }).map(([name, rate]): [string, (optimizer: Optimizer) => Schedule] => [
    name,
    (optimizer) => new LRSchedule(optimizer, rate),
  ]),
  ['OneCycleLR', (optimizer) => new OneCycleLR(optimizer, { maxLr: 0.3, totalSteps: 10 })],
  [
    'ReduceLROnPlateau',
    (optimizer) => new ReduceLROnPlateau(optimizer, { patience: 1, cooldown: 1, factor: 0.5 }),
  ],
]

describe.each(schedules)('%s', (_, make) => {
  /** A run with its schedule: weights that are pulled to 0, a little less every time. */
  class Run {
    readonly optimizer = twoGroupsOfAdam()
    readonly schedule = make(this.optimizer)
    steps = 0

    train(steps: number): this {
      for (const end = this.steps + steps; this.steps < end; this.steps++) {
        for (const p of this.optimizer.parameters) p.grad = variable([Math.cos(this.steps)])
        this.optimizer.step()
        this.schedule.step(Math.sin(this.steps))
      }
      return this
    }

    get weights(): number[] {
      return this.optimizer.parameters.map((p) => p.data[0])
    }
  }

  test.each([0, 1, 4, 9])('stopped after %d steps, saved and resumed, goes on bit for bit', (steps) => {
    const whole = new Run().train(10)

    const first = new Run().train(steps)
    const file = writeSafetensors(first.optimizer.stateDict())
    const json = JSON.stringify(first.schedule.stateDict())
    const resumed = new Run().train(2) // what it has is to be replaced
    for (const [i, p] of resumed.optimizer.parameters.entries())
      p.value.assign(first.optimizer.parameters[i].value)
    resumed.optimizer.loadStateDict(readSafetensors(file).tensors)
    resumed.schedule.loadStateDict(JSON.parse(json))
    resumed.steps = steps
    expect(optionsOf(resumed.optimizer)).toEqual(optionsOf(first.optimizer))
    resumed.train(10 - steps)

    expect(resumed.weights).toEqual(whole.weights)
    expect(optionsOf(resumed.optimizer)).toEqual(optionsOf(whole.optimizer))
    expect(resumed.schedule.stateDict()).toEqual(whole.schedule.stateDict())
  })
})

test('a group that is added later begins with the rate that it has', () => {
  const optimizer = twoGroups()
  const schedule = new LRSchedule(optimizer, exponentialLR({ gamma: 0.5 }))
  schedule.step()
  optimizer.addGroup({ parameters: [parameter([1])], lr: 8 })
  expect(schedule.baseLrs).toEqual(bases)
  schedule.loadStateDict(schedule.stateDict())
  expectNear(lrsOf(optimizer), [bases[0] / 2, bases[1] / 2, 8])
  schedule.step()
  expectNear(lrsOf(optimizer), [bases[0] / 4, bases[1] / 4, 2])
  expect(schedule.baseLrs).toEqual([...bases, 8])
})

test('a plateau does not mind a metric that overflowed, and knows the best', () => {
  const optimizer = twoGroups()
  const schedule = new ReduceLROnPlateau(optimizer, { patience: 0 })
  expect(schedule.best).toBeUndefined()
  schedule.step(3)
  expect(schedule.best).toBe(3)
  schedule.step(Number.POSITIVE_INFINITY)
  expect(schedule.best).toBe(3)
  expectNear(lrsOf(optimizer), [0.01, 0.002])
})

test('one cycle begins where its options say, and leaves the momentum alone when told so', () => {
  const optimizer = twoGroups({ momentum: 0.5 })
  new OneCycleLR(optimizer, { totalSteps: 10, maxLr: 2, divFactor: 4, cycleMomentum: false })
  expect(optimizer.groups.map(({ lr, momentum }) => [lr, momentum])).toEqual([
    [0.5, 0.5],
    [0.5, 0.5],
  ])
})

function twoGroups(options: Partial<SGDOptions> = {}): SGD {
  return new SGD(groups(), { lr: 1, ...options })
}

function twoGroupsOfAdam(options: AdamOptions = {}): Adam {
  return new Adam(groups(), options)
}

function groups() {
  return bases.map((lr) => ({ parameters: [parameter([1])], lr }))
}

function lrsOf({ groups }: Optimizer): number[] {
  return groups.map(({ lr }) => lr)
}

function optionsOf({ groups }: Optimizer) {
  return groups.map(({ parameters: _, ...options }) => options)
}
