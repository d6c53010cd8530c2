import { isFloat } from '../dtype.js'
import { fail } from '../errors.js'
import { type TensorLike, toTensors } from '../operand.js'
import type { Tensor } from '../tensor.js'
import { checkElements } from './check-elements.js'
import { floatZip, zip } from './define.js'

/** a + b */
export const add = zip('add')
/** a − b */
export const sub = zip('sub')
/** a · b, element by element */
export const mul = zip('mul')
/** a / b; of ints, the true quotient as float32 */
export const div = floatZip('div')
/** The larger of a and b; NaN where either is. */
export const maximum = zip('maximum')
/** The smaller of a and b; NaN where either is. */
export const minimum = zip('minimum')

const power = zip('pow')

/**
 * aᵇ
 * @throws UnrollError when both are ints and an exponent is negative: the result would be a fraction.
 */
export function pow(a: TensorLike, b: TensorLike): Tensor {
  const [, exponent, dtype] = toTensors('pow', a, b)
  if (!isFloat(dtype))
    checkElements(exponent, (exponents) => {
      if (exponents.some((n) => n < 0))
        fail('pow', 'an int to a negative power is a fraction; convert the base to float32 first')
    })
  return power(a, b)
}
