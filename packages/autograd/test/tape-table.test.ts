import * as F from '@unroll/autograd'
import { tensor } from '@unroll/tensor'
import { expect, test } from 'vitest'

test('the tape as a table', () => {
  const w = F.parameter(
    [
      [1, 2, 3],
      [4, 5, 6],
    ],
    { name: 'w' },
  )
  const b = F.parameter([0.1, 0.2, 0.3], { name: 'b' })
  const x = tensor([
    [1, 2],
    [3, 4],
    [5, 6],
    [7, 8],
  ])
  const h = F.matmul(x, w).add(b).tanh()
  const [left, right] = h.split([1, 2], 1)
  const loss = left.mul(right).square().mean()
  expect(`\n${F.tapeTable(loss)}\n`).toMatchInlineSnapshot(`
    "
    #  op      from  shape          keeps  bytes
    ────────────────────────────────────────────
    0  leaf w        [2, 3]                    0
    1  leaf b        [3]                       0
    2  matmul  · 0   [4, 3]         a         32
    3  add     2 1   [4, 3]                    0
    4  tanh    3     [4, 3]         y         48
    5  split   4     [4, 1] [4, 2]             0
    6  mul     5 5   [4, 2]         b a        0
    7  square  6     [4, 2]         x         32
    8  mean    7     []                        0
    ────────────────────────────────────────────
       total                                 112
    "
  `)
})

test('rows say the same in data', () => {
  const x = F.parameter([1, 2])
  const y = x.exp().mul(3)
  expect(F.tapeRows(y)).toEqual([
    { number: 0, op: 'leaf', inputs: [], shapes: [[2]], kept: [], bytes: 0 },
    { number: 1, op: 'exp', inputs: [0], shapes: [[2]], kept: ['y'], bytes: 8 },
    { number: 2, op: 'mul', inputs: [1, undefined], shapes: [[2]], kept: ['b'], bytes: 4 },
  ])
})

test('what is not needed is not kept', () => {
  const x = F.parameter([1, 2])
  const keptBy = (y: F.Variable) => F.tapeRows(y).map(({ op, kept }) => `${op} ${kept}`.trim())
  expect(keptBy(x.mul(x).add(1).sum())).toEqual(['leaf', 'mul b,a', 'add', 'sum'])
  // Of a product with a constant, the gradient needs the constant alone.
  expect(keptBy(x.mul(tensor([3, 4])).neg())).toEqual(['leaf', 'mul b', 'neg'])
  expect(keptBy(F.div(tensor([3, 4]), x))).toEqual(['leaf', 'div b,y'])
  expect(keptBy(x.div(tensor([3, 4])))).toEqual(['leaf', 'div b'])
  expect(keptBy(F.where(x.greater(1), x, 0))).toEqual(['leaf', 'where condition'])
})

test('bytes that two ops keep are counted once, and those of parameters not at all', () => {
  const w = F.parameter([1, 2, 3])
  const h = w.mul(2)
  const bytes = (y: F.Variable) => F.tapeRows(y).reduce((total, row) => total + row.bytes, 0)
  expect(bytes(w.square())).toBe(0)
  expect(bytes(h.square().add(h.sin()))).toBe(4 + 12)
})

test('after backward nothing is kept', () => {
  const y = F.parameter([1, 2]).exp().sum()
  y.backward()
  expect(F.tapeRows(y).flatMap(({ kept }) => kept)).toEqual([])
})

test('of a constant is empty', () => {
  expect(F.tapeRows(F.variable(1))).toEqual([])
  expect(F.tapeTable(F.variable(1))).toContain('total')
})
