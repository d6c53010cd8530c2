import * as F from '@unroll/autograd'
import { checkGradients, tensors } from '@unroll/autograd/testing'
import { full, Random, sum, type Tensor, tensor, UnrollError, zerosLike } from '@unroll/tensor'
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { isCollected } from '../../../test/support/garbage.js'

/** s = Σ x² w and m = x w, of x and w of one shape:  dx = 2 x w ds + w dm,  dw = x² ds + x dm */
function sumAndProduct(x: F.Variable, w: F.Variable, onBackward = () => {}): F.Variable[] {
  const [a, b] = [x.value, w.value]
  return F.fused(
    'sumAndProduct',
    [x, w],
    () => ({
      outputs: [sum(a.square().mul(b)), a.mul(b)],
      backward: ([ds = full([], 0, { dtype: a.dtype }), dm = zerosLike(a)]) => {
        onBackward()
        return [a.mul(b).mul(2).mul(ds).add(b.mul(dm)), a.square().mul(ds).add(a.mul(dm))]
      },
    }),
    composed,
  )
}

function composed(x: F.Variable, w: F.Variable): F.Variable[] {
  return [x.square().mul(w).sum(), x.mul(w)]
}

const pairs = tensors({ dtype: 'float64', maxRank: 2 }).map((x): [Tensor, Tensor] => [
  x,
  new Random(x.size).normal(x.shape, 0, 1, { dtype: 'float64' }),
])

describe('a fused op', () => {
  test('has the gradients of first and second order that it should, whichever outputs flow into the loss', () =>
    checkGradients(
      fc.tuple(pairs, fc.constantFrom('s', 'm', 'both')).map(([inputs, flows]) => ({
        f: (x, w) => {
          const [s, m] = sumAndProduct(x, w)
          return flows === 's' ? s : flows === 'm' ? m : m.sin().add(s)
        },
        inputs,
      })),
      { seed: 1, numRuns: 25 },
    ))

  test('goes back by hand, and by its composed form only where the gradient is differentiated', () => {
    const onBackward = vi.fn()
    const [x, w] = [F.parameter([1, 2]), F.parameter([3, 4])]
    const [s] = sumAndProduct(x, w, onBackward)
    const [byHand] = F.gradients(s, [x], { retainGraph: true })
    expect(onBackward).toHaveBeenCalledTimes(1)
    const [recorded] = F.gradients(s, [x], { createGraph: true })
    expect(onBackward).toHaveBeenCalledTimes(1)
    expect([byHand.toArray(), recorded.toArray()]).toEqual([
      [6, 16],
      [6, 16],
    ])
    expect([byHand.requiresGrad, recorded.requiresGrad]).toEqual([false, true])
    expect(F.gradients(recorded.sum(), [w, x]).map((d) => d.toArray())).toEqual([
      [2, 4],
      [6, 8],
    ])
  })

  test('has a third derivative', () => {
    const cube = (x: F.Variable) =>
      F.fused(
        'cube',
        [x],
        () => ({ outputs: [x.value.pow(3)], backward: ([dy]) => [dy?.mul(x.value.square()).mul(3)] }),
        (x) => [x.mul(x).mul(x)],
      )[0]
    expect(F.grad(F.grad(F.grad(cube)))(F.variable(2)).item()).toBe(6)
  })

  test('is told which inputs take a gradient', () => {
    const wantedBy = (...inputs: F.Variable[]) => {
      let told: readonly boolean[] = []
      F.fused(
        'told',
        inputs,
        (wanted) => {
          told = wanted
          return { outputs: [tensor([1])], backward: () => [] }
        },
        () => [],
      )
      return told
    }
    const [x, c] = [F.parameter([1]), F.variable([1])]
    expect(wantedBy(x, c)).toEqual([true, false])
    expect(wantedBy(c, c)).toEqual([false, false])
    expect(F.noGrad(() => wantedBy(x, c))).toEqual([false, false])
  })

  test('is not recorded where nothing is', () => {
    const x = F.parameter([1, 2])
    for (const y of F.noGrad(() => sumAndProduct(x, x))) expect(y.requiresGrad).toBe(false)
    for (const y of sumAndProduct(x.detach(), x.detach())) expect(y.requiresGrad).toBe(false)
  })

  test('takes one variable for two inputs', () => {
    const x = F.parameter([1, 2])
    sumAndProduct(x, x)[0].backward() // x³
    expect(x.grad?.toArray()).toEqual([3, 12])
  })

  test('gives inputs of no influence zeros, or nothing', () => {
    const [x, w] = [F.parameter([1]), F.parameter([2])]
    const first = () =>
      F.fused(
        'first',
        [x, w],
        () => ({ outputs: [x.value.mul(2)], backward: ([dy]) => [dy?.mul(2)] }),
        (x) => [x.mul(2)],
      )[0]
    first().backward()
    expect([x.grad?.item(), w.grad]).toEqual([2, undefined])
    const recorded = F.gradients(first(), [x, w], { createGraph: true, allowUnused: true })
    expect(recorded.map((d) => d.item())).toEqual([2, 0])
  })
})

describe('what a fused op keeps', () => {
  let released = 0
  const held = { bytes: 100, release: () => void released++ }
  const expLike = (x: F.Variable) =>
    F.fused(
      'expLike',
      [x],
      () => {
        const y = x.value.exp()
        return { outputs: [y], backward: ([dy]) => [dy?.mul(y)], keeps: { y }, held }
      },
      (x) => [x.exp()],
    )[0]

  test.each([0, 1])('input %i must not be changed in place', (k) => {
    const inputs = [F.parameter([1, 2]), F.parameter([3, 4])] as const
    const [s] = sumAndProduct(...inputs)
    inputs[k].value.fill(0)
    expect(() => s.backward()).toThrow(
      `backward: sumAndProduct kept input ${k} [2] for its gradient, and it was changed in place since`,
    )
  })

  test('nor must a constant one, or what else it says it keeps', () => {
    const [x, c] = [F.parameter([1, 2]), F.variable([3, 4])]
    const [s] = sumAndProduct(x, c)
    c.value.fill(0)
    expect(() => s.backward()).toThrow('sumAndProduct kept input 1 [2]')
    const y = expLike(x)
    y.value.fill(0)
    expect(() => y.sum().backward()).toThrow('expLike kept y [2]')
  })

  test('is shown in the table of the tape, and let go after backward', async () => {
    const x = F.parameter([1, 2])
    const make = () => {
      const y = expLike(x)
      return { loss: y.sum(), result: new WeakRef(y.value.storage.data) }
    }
    const { loss, result } = make()
    const before = released
    expect(F.tapeRows(loss)[1]).toMatchObject({ op: 'expLike', kept: ['input 0', 'y'], bytes: 108 })
    expect(await isCollected(result)).toBe(false)
    loss.backward()
    expect(F.tapeRows(loss)[1]).toMatchObject({ op: 'expLike', kept: [], bytes: 0 })
    expect(released).toBe(before + 1)
    expect(await isCollected(result)).toBe(true)
    expect(() => loss.backward()).toThrow('the tape was released by an earlier backward')
  })
})

describe('a mistake in a fused op is named', () => {
  const x = F.parameter([1, 2])
  const made = (dx: Tensor, ys: F.Variable[]) =>
    F.fused(
      'mine',
      [x],
      () => ({ outputs: [x.value.mul(2)], backward: () => [dx] }),
      () => ys,
    )[0].sum()

  test.each([
    [tensor([1]), 'mine: the gradient by input 0 must be [2] float32 as the input is, got [1] float32'],
    [tensor([1, 1], { dtype: 'float64' }), 'must be [2] float32 as the input is, got [2] float64'],
  ])('%#: a gradient that does not fit', (dx, message) => {
    expect(() => made(dx, []).backward()).toThrow(UnrollError)
    expect(() => made(dx, []).backward()).toThrow(message)
  })

  test.each([
    [[], 'mine: its composed form must give [2] float32, got '],
    [[F.variable([1])], 'mine: its composed form must give [2] float32, got [1] float32'],
  ])('%#: a composed form that does not fit', (ys, message) => {
    expect(() => made(tensor([1, 1]), ys).backward(undefined, { createGraph: true })).toThrow(message)
  })
})
