import {
  erf,
  expm1,
  gelu,
  log1p,
  sigmoid,
  silu,
  softplus,
  type Tensor,
  type TensorLike,
  tanh,
  tensor,
} from '@unroll/tensor'
import { describe, expect, test } from 'vitest'

const { NaN, POSITIVE_INFINITY: Infinity } = Number

/** Values worked out to 50 digits by mpmath 1.4.1, and rounded to float64. */
const figures: [
  name: string,
  f: (x: TensorLike) => Tensor,
  relativeError: number,
  values: [x: number, y: number][],
][] = [
  [
    'erf',
    erf,
    1e-15,
    [
      [0, 0],
      [1e-300, 1.1283791670955126e-300],
      [1e-10, 1.1283791670955126e-10],
      [0.5, 0.5204998778130465],
      [-0.5, -0.5204998778130465],
      [1, 0.8427007929497149],
      [2.4, 0.999311486103355],
      [2.6, 0.9997639655834707],
      [-3, -0.9999779095030014],
      [5.9, 0.9999999999999999],
      [6.5, 1],
      [30, 1],
    ],
  ],
  [
    'sigmoid',
    sigmoid,
    1e-15,
    [
      [0, 0.5],
      [1e-10, 0.500000000025],
      [2, 0.8807970779778824],
      [-2, 0.11920292202211756],
      [20, 0.9999999979388464],
      [-20, 2.0611536181902037e-9],
      [40, 1],
      [-40, 4.248354255291589e-18],
      [-700, 9.85967654375977e-305],
      [-745, 5e-324],
      [800, 1],
    ],
  ],
  [
    'softplus',
    softplus,
    1e-15,
    [
      [0, Math.LN2],
      [1e-10, 0.6931471806099453],
      [1, 1.3132616875182228],
      [-1, 0.3132616875182228],
      [30, 30.000000000000092],
      [-30, 9.357622968839737e-14],
      [-700, 9.85967654375977e-305],
      [-745, 5e-324],
      [800, 800],
      [1e300, 1e300],
    ],
  ],
  [
    'silu',
    silu,
    1e-15,
    [
      [0, 0],
      [1, 0.7310585786300049],
      [-1, -0.2689414213699951],
      [20, 19.99999995877693],
      [-20, -4.122307236380407e-8],
      [-100, -3.720075976020836e-42],
      [-700, -6.90177358063184e-302],
      [1e300, 1e300],
    ],
  ],
  [
    'gelu',
    gelu,
    2e-12,
    [
      [0, 0],
      [1e-10, 5.000000000398942e-11],
      [1, 0.8413447460685429],
      [-1, -0.15865525393145705],
      [-3, -0.0040496940948902835],
      [3, 2.99595030590511],
      [-5, -1.4332578593959695e-6],
      [-10, -7.619853024160526e-23],
      [-20, -5.507248237212468e-88],
      [-37, -2.1184613523340935e-298],
      [40, 40],
    ],
  ],
  [
    'tanh',
    tanh,
    1e-15,
    [
      [0, 0],
      [1e-10, 1e-10],
      [0.5, 0.46211715726000974],
      [-3, -0.9950547536867305],
      [20, 1],
      [-400, -1],
    ],
  ],
  [
    'expm1',
    expm1,
    1e-15,
    [
      [0, 0],
      [1e-20, 1e-20],
      [1e-5, 1.0000050000166668e-5],
      [-1e-5, -9.999950000166666e-6],
      [1, 1.7182818284590453],
      [-50, -1],
      [700, 1.0142320547350045e304],
    ],
  ],
  [
    'log1p',
    log1p,
    1e-15,
    [
      [0, 0],
      [1e-20, 1e-20],
      [1e-5, 9.999950000333332e-6],
      [-1e-5, -1.0000050000333337e-5],
      [-0.5, -Math.LN2],
      [1e300, 690.7755278982137],
    ],
  ],
]

describe.each(figures)('%s', (_, f, relativeError, values) => {
  test.each(values)('of %d is %d', (x, y) => {
    const got = f(tensor(x, { dtype: 'float64' })).item()
    if (Number.isFinite(y)) expect(Math.abs(got - y)).toBeLessThanOrEqual(relativeError * Math.abs(y))
    else expect(got).toBe(y)
  })
})

test.each([
  ['erf', erf, 1, -1],
  ['tanh', tanh, 1, -1],
  ['sigmoid', sigmoid, 1, 0],
  ['softplus', softplus, Infinity, 0],
  ['silu', silu, Infinity, 0],
  ['gelu', gelu, Infinity, 0],
  ['gelu by tanh', (x: TensorLike) => gelu(x, 'tanh'), Infinity, 0],
] as const)('%s has its limits at both infinities, and passes NaN on', (_, f, above, below) => {
  expect(f(tensor([Infinity, -Infinity, NaN])).toArray()).toEqual([above, below, NaN])
})
