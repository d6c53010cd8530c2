import * as F from '@unroll/autograd'
import { type Tensor, tensor } from '@unroll/tensor'
import { describe, expect, test } from 'vitest'

interface Operands {
  x: F.Variable
  w: F.Variable
  y?: F.Variable
}

/** An op on x and w, which of x, w and y its gradient needs, and that gradient at x = [1, 2], w = [3, 4]. */
const ops: [string, (operands: Operands) => F.Variable, kept: string, dx?: number[]][] = [
  ['add', ({ x, w }) => x.add(w), '', [1, 1]],
  ['sub', ({ x, w }) => x.sub(w), '', [1, 1]],
  ['neg', ({ x }) => x.neg(), '', [-1, -1]],
  ['sum', ({ x }) => x.sum(0, { keepDims: true }), '', [1, 1]],
  ['mean', ({ x }) => x.mean(0, { keepDims: true }), '', [0.5, 0.5]],
  ['cumsum', ({ x }) => x.cumsum(), '', [2, 1]],
  ['reshape', ({ x }) => x.reshape([2, 1]), '', [1, 1]],
  ['slice', ({ x }) => x.slice([0, 1]), '', [1, 0]],
  ['concat', ({ x, w }) => F.concat([x, w]), '', [1, 1]],
  ['mul', ({ x, w }) => x.mul(w), 'xw'],
  ['div', ({ x, w }) => x.div(w), 'wy'],
  ['pow', ({ x, w }) => x.pow(w), 'xwy'],
  ['maximum', ({ x, w }) => x.maximum(w), 'xw'],
  ['matmul', ({ x, w }) => x.unsqueeze(0).matmul(w.unsqueeze(1)), 'xw'],
  ['square', ({ x }) => x.square(), 'x', [2, 4]],
  ['log', ({ x }) => x.log(), 'x', [1, 0.5]],
  ['sin', ({ x }) => x.sin(), 'x'],
  ['exp', ({ x }) => x.exp(), 'y'],
  ['tanh', ({ x }) => x.tanh(), 'y'],
  ['sqrt', ({ x }) => x.sqrt(), 'y', [0.5, 0.5 / Math.SQRT2]],
  ['softmax', ({ x }) => x.softmax(), 'y'],
  ['max', ({ x }) => x.max(0, { keepDims: true }), 'xy', [0, 1]],
  ['std', ({ x }) => x.std(0, { keepDims: true }), 'xy'],
]

function operands(): Required<Pick<Operands, 'x' | 'w'>> {
  return { x: F.parameter([1, 2]), w: F.parameter([3, 4]) }
}

describe('a value changed in place before backward', () => {
  const changes = ops.flatMap(([op, f, kept, dx]) =>
    (['x', 'w', 'y'] as const).map((changed) => ({ op, f, changed, needed: kept.includes(changed), dx })),
  )

  test.each(changes.filter(({ needed }) => needed))('$op needs $changed: refused', ({ op, f, changed }) => {
    const variables: Operands = operands()
    variables.y = f(variables)
    ;(variables[changed] as F.Variable).value.fill(9)
    expect(() => (variables.y as F.Variable).sum().backward()).toThrow(
      new RegExp(`^backward: ${op} kept [abxy] \\[.*\\] for its gradient, and it was changed in place since`),
    )
  })

  test.each(changes.filter(({ needed }) => !needed))(
    '$op does not need $changed: the gradient is right',
    ({ f, changed, op, dx }) => {
      const right = operands()
      f(right).sum().backward()
      if (dx) right.x.grad?.data.forEach((d: number, i: number) => expect(d).toBeCloseTo(dx[i], 6))

      const variables: Operands = operands()
      variables.y = f(variables)
      const total = variables.y.sum()
      // What is a view of a parameter is changed with it, which is all the same to such ops.
      ;(variables[changed] as F.Variable).value.fill(9)
      total.backward()
      expect(variables.x.grad?.toArray(), op).toEqual(right.x.grad?.toArray())
    },
  )
})

describe('what counts as a change', () => {
  test.each<[string, (x: Tensor) => void]>([
    ['set', (x) => x.set([0], 5)],
    ['fill', (x) => x.fill(5)],
    ['assign', (x) => x.assign(tensor([5, 5]))],
    ['a change through a slice', (x) => x.slice(0).fill(5)],
    ['a change through a flipped view', (x) => x.flip().set([0], 5)],
    ['a change through a reshaped view', (x) => x.reshape([2, 1]).fill(5)],
  ])('%s', (_, change) => {
    const x = F.parameter([1, 2])
    const y = x.square().sum()
    change(x.value)
    expect(() => y.backward()).toThrow('square kept x [2]')
  })

  test('a change of the whole is seen by an op on a part', () => {
    const x = F.parameter([1, 2])
    const y = x.slice([1, 2]).square().sum()
    x.value.set([0], 7)
    expect(() => y.backward()).toThrow('square kept x [1]')
  })

  test('a change of a constant operand', () => {
    const [x, c] = [F.parameter([1, 2]), tensor([3, 4])]
    const y = x.mul(c).sum()
    c.fill(0)
    expect(() => y.backward()).toThrow('mul kept b [2]')
  })

  test('a change of a condition or an index', () => {
    const x = F.parameter([1, 2])
    const condition = tensor([true, false])
    const chosen = F.where(condition, x, 0).sum()
    condition.fill(1)
    expect(() => chosen.backward()).toThrow('where kept condition [2]')

    const index = tensor([0, 0], { dtype: 'int32' })
    const results = [
      F.gather(x, 0, index),
      F.indexSelect(x, 0, index),
      F.scatterAdd(F.variable([0, 0]), 0, index, x),
    ]
    index.fill(1)
    for (const y of results) expect(() => y.sum().backward()).toThrow('kept index [2]')
  })
})

describe('what does not', () => {
  test('a change of an operand that only a constant would need', () => {
    const [x, c] = [F.parameter([1, 2]), tensor([3, 4])]
    const y = x.mul(c).sum()
    x.value.fill(0)
    y.backward()
    expect(x.grad?.toArray()).toEqual([3, 4])
  })

  test('a change under a copy', () => {
    const x = F.parameter([1, 2])
    const y = x.copy().square().sum()
    x.value.fill(0)
    y.backward()
    expect(x.grad?.toArray()).toEqual([2, 4])
  })

  test('a change after backward, and none that is recorded afterwards', () => {
    const x = F.parameter([1, 2])
    for (let step = 0; step < 3; step++) {
      x.zeroGrad()
      x.square().sum().backward()
      x.value.assign(x.value.sub((x.grad as F.Variable).value.mul(0.25)))
    }
    expect(x.toArray()).toEqual([0.125, 0.25])
  })
})

test('a change between two walks is refused too', () => {
  const x = F.parameter([1, 2])
  const y = x.square().sum()
  y.backward(undefined, { retainGraph: true })
  x.value.fill(0)
  expect(() => y.backward()).toThrow('square kept x [2]')
})
