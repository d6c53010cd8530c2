import { parameter, type Variable, variable } from '@unroll/autograd'
import {
  Adam,
  Linear,
  Optimizer,
  type OptimizerOptions,
  option,
  type ParameterGroup,
  RMSprop,
  SGD,
  type Slots,
} from '@unroll/rnn'
import { mul, Random, readSafetensors, sub, type Tensor, writeSafetensors } from '@unroll/tensor'
import { describe, expect, test } from 'vitest'

describe('groups', () => {
  const [a, b, c] = [1, 2, 3].map((x) => parameter([x]))

  test('have the optimiser’s options, but for their own', () => {
    const optimizer = new SGD([{ parameters: [a, b] }, { parameters: [c], lr: 0.5, momentum: 0.9 }], {
      lr: 0.1,
      weightDecay: 0.01,
    })
    expect(optimizer.groups).toEqual([
      { parameters: [a, b], lr: 0.1, momentum: 0, dampening: 0, nesterov: false, weightDecay: 0.01 },
      { parameters: [c], lr: 0.5, momentum: 0.9, dampening: 0, nesterov: false, weightDecay: 0.01 },
    ])
    expect(optimizer.parameters).toEqual([a, b, c])
    expect(optimizer.lr).toBe(0.1)
    optimizer.lr = 0.2
    expect(optimizer.groups.map(({ lr }) => lr)).toEqual([0.2, 0.2])
  })

  test('can be changed at any time, and the next step goes by that', () => {
    const [p, q] = [parameter([1]), parameter([1])]
    const optimizer = new SGD([{ parameters: [p] }, { parameters: [q] }], { lr: 1 })
    p.grad = q.grad = variable([1])
    optimizer.groups[1].lr = 0.25
    optimizer.groups[0].weightDecay = 0.5
    optimizer.step()
    expect([p.item(), q.item()]).toEqual([-0.5, 0.75])
  })

  test('take any iterables, and may be empty beside others', () => {
    const linear = new Linear(2, 2, { rng: new Random(1) })
    const groups = new Set([
      { parameters: linear.parameters().values() },
      { parameters: linear.parameters().filter(({ shape }) => shape.length > 2), weightDecay: 0 },
    ])
    const optimizer = new Adam(groups.values())
    expect(optimizer.groups.map(({ parameters }) => parameters.length)).toEqual([2, 0])
    const state = readSafetensors(writeSafetensors(optimizer.stateDict())).tensors
    expect(() => optimizer.loadStateDict(state)).not.toThrow()
  })

  test('can be added, and are trained from then on', () => {
    const [body, head] = [parameter([1]), parameter([1])]
    const optimizer = new SGD([head], { lr: 1, momentum: 0.5 })
    const step = () => {
      body.grad = head.grad = variable([1])
      optimizer.step()
    }
    step()
    optimizer.addGroup({ parameters: [body], lr: 0.125 })
    step()
    expect([head.item(), body.item()]).toEqual([1 - 1 - 1.5, 1 - 0.125])
    expect(Object.keys(optimizer.stateDict()).filter((key) => key.endsWith('momentum_buffer'))).toEqual([
      '0.momentum_buffer',
      '1.momentum_buffer',
    ])
  })
})

describe('a saved state', () => {
  const make = (...sizes: number[]) =>
    new Adam(sizes.map((size) => ({ parameters: Array.from({ length: size }, () => parameter([1])) })))

  test('names each option, and the parameters of each group', () => {
    const state = make(2, 1).stateDict()
    const values = Object.fromEntries(Object.entries(state).map(([key, x]) => [key, [x.dtype, x.toArray()]]))
    const options = (i: number) => ({
      [`groups.${i}.lr`]: ['float64', 0.001],
      [`groups.${i}.betas`]: ['float64', [0.9, 0.999]],
      [`groups.${i}.eps`]: ['float64', 1e-8],
      [`groups.${i}.weight_decay`]: ['float64', 0],
      [`groups.${i}.amsgrad`]: ['bool', false],
    })
    expect(values).toEqual({
      ...options(0),
      ...options(1),
      'groups.0.params': ['int32', [0, 1]],
      'groups.1.params': ['int32', [2]],
    })
  })

  test.each([
    [
      [2, 1],
      [3],
      /missing groups\.1\.params|groups\.0\.params: got \[2\], want \[3\]; .*unexpected groups\.1\.lr/,
    ],
    [
      [3],
      [2, 1],
      /groups\.0\.params: got \[3\], want \[2\]; missing groups\.1\.params; missing groups\.1\.lr/,
    ],
    [[1, 2], [2, 1], /groups\.0\.params: got \[1\], want \[2\]; groups\.1\.params: got \[2\], want \[1\]/],
    [[0, 1, 1], [1, 0, 1], /groups\.0\.params: got \[0\], want \[1\]/],
  ])('of groups %j does not fit groups %j', (from, to, message) => {
    expect(() => make(...to).loadStateDict(make(...from).stateDict())).toThrow(message)
  })

  test('is refused, and nothing changed, when an option will not do', () => {
    const optimizer = make(1)
    const state = optimizer.stateDict()
    state['groups.0.lr'].fill(Number.NaN)
    state['groups.0.eps'].fill(1)
    expect(() => optimizer.loadStateDict(state)).toThrow(
      /^Adam\.loadStateDict: groups\.0\.lr is a number ≥ 0, got NaN$/,
    )
    expect(optimizer.groups[0].eps).toBe(1e-8)
  })

  test('is refused when its options do not go together', () => {
    const made = () => new SGD([parameter([1])], { lr: 1, momentum: 0.5, nesterov: true })
    const state = made().stateDict()
    state['groups.0.momentum'].fill(0)
    const optimizer = made()
    expect(() => optimizer.loadStateDict(state)).toThrow(/^SGD: nesterov wants a momentum > 0$/)
    expect(optimizer.groups[0].momentum).toBe(0.5)
  })

  type Made = readonly [Variable, SGD | Adam | RMSprop]
  const changes: readonly [string, () => Made, (optimizer: never) => void][] = [
    [
      'momentum off',
      () => made((p) => new SGD(p, { lr: 0.1, momentum: 0.9 })),
      ({ groups }: SGD) => set(groups, { momentum: 0 }),
    ],
    [
      'momentum on',
      () => made((p) => new RMSprop(p)),
      ({ groups }: RMSprop) => set(groups, { momentum: 0.5 }),
    ],
    ['amsgrad on', () => made((p) => new Adam(p)), ({ groups }: Adam) => set(groups, { amsgrad: true })],
    [
      'centered off',
      () => made((p) => new RMSprop(p, { centered: true })),
      ({ groups }: RMSprop) => set(groups, { centered: false }),
    ],
  ]
  test.each(changes)('fits when it was turned in mid-run: %s', (_, start, change) => {
    const [[p, optimizer], [q, other]] = [start(), start()]
    const step = (x: Variable, o: Optimizer, t: number) => {
      x.grad = variable([Math.cos(t)])
      o.step()
    }
    step(p, optimizer, 0)
    change(optimizer as never)
    other.loadStateDict(optimizer.stateDict())
    q.value.assign(p.value)
    for (let t = 1; t < 4; t++) {
      step(p, optimizer, t)
      step(q, other, t)
    }
    expect(q.item()).toBe(p.item())
  })

  function made(make: (parameters: Variable[]) => SGD | Adam | RMSprop): Made {
    const p = parameter([1])
    return [p, make([p])]
  }

  function set<Options>(groups: readonly ParameterGroup<Options>[], options: Partial<Options>): void {
    for (const group of groups) Object.assign(group, options)
  }
})

describe('an optimiser of one’s own', () => {
  interface AveragedOptions extends OptimizerOptions {
    lr: number
    beta?: number
  }

  /** p ← p − lr · m, m ← β m + (1 − β) g: as much of one as shows the parts. */
  class Averaged extends Optimizer<AveragedOptions> {
    protected readonly slotNames = { always: ['mean'], sometimes: [] }

    constructor(parameters: Iterable<Variable>, options: AveragedOptions) {
      super(parameters, options, { lr: option.nonNegative(), beta: option.decay(0.5) })
    }

    protected update(p: Tensor, g: Tensor, slots: Slots, { lr, beta }: Required<AveragedOptions>): void {
      const m = slots.get('mean')
      m.assign(sub(g, mul(sub(g, m), beta)))
      p.assign(sub(p, mul(m, lr)))
    }
  }

  test('has groups, checks and a state without further ado', () => {
    const p = parameter([1])
    const optimizer = new Averaged([p], { lr: 1 })
    p.grad = variable([1])
    optimizer.step()
    optimizer.step()
    expect(p.item()).toBe(1 - 0.5 - 0.75)
    const state = optimizer.stateDict()
    expect(Object.keys(state)).toEqual(['0.mean', 'groups.0.lr', 'groups.0.beta', 'groups.0.params'])
    expect(() => new Averaged([p], { lr: 1, beta: 2 })).toThrow(/^Averaged: beta lies in \[0, 1\), got 2$/)
  })
})
