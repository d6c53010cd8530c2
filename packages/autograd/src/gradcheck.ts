import { fail, formatShape, Random, sameShape, Tensor, zerosLike } from '@unroll/tensor'
import { Variable } from './methods.js'
import { enableGrad } from './mode.js'
import { gradients } from './transforms/gradients.js'

export interface GradcheckOptions {
  /** The step of the central difference. Default: 1e-5. */
  eps?: number
  /** Accepted: |analytic − numeric| ≤ atol + rtol · |numeric|. Defaults: 1e-6 and 1e-5. */
  rtol?: number
  atol?: number
  /** Draws the direction in which a result that is not a scalar is measured. Default: seed 0. */
  rng?: Random
}

/** A function of variables: what is checked. */
type Checked = (...inputs: Variable[]) => Variable

/**
 * Checks the gradient of `f` at the inputs against central differences,
 * ∂f/∂xᵢ ≈ (f(x + ε eᵢ) − f(x − ε eᵢ)) / 2ε, for every element of every input. A result that is not a
 * scalar is first projected on a random direction.
 *
 * @param f a function of the variables given, differentiable at and near them
 * @param inputs float64 tensors: in float32 the difference has too few digits to tell
 * @throws UnrollError that names the first element that differs, with both derivatives.
 */
export function gradcheck(
  f: Checked,
  inputs: readonly (Tensor | Variable)[],
  options: GradcheckOptions = {},
): void {
  const values = valuesOf('gradcheck', inputs)
  check(f, values, options, (k) => `gradcheck: the gradient by input ${k}`)
}

/**
 * Checks the second derivatives of `f`: as `gradcheck`, but of its gradient, as a function of the inputs
 * and of the gradient dy that comes in.
 * @throws UnrollError as `gradcheck`.
 */
export function gradgradcheck(
  f: Checked,
  inputs: readonly (Tensor | Variable)[],
  options: GradcheckOptions = {},
): void {
  const { rng = new Random(0) } = options
  const values = valuesOf('gradgradcheck', inputs)
  const dy = rng.normal(f(...values.map(leafOf)).shape, 0, 1, { dtype: 'float64' })
  values.forEach((value, k) => {
    const gradient = (...x: Variable[]) => {
      const y = f(...x.slice(0, -1))
      if (!y.requiresGrad) return new Variable(zerosLike(value))
      return gradients(y, [x[k]], { dy: x[x.length - 1], createGraph: true, allowUnused: true })[0]
    }
    check(
      gradient,
      [...values, dy],
      { ...options, rng },
      (j) => `gradgradcheck: the gradient by input ${k}, by ${j < values.length ? `input ${j}` : 'dy'}`,
    )
  })
}

/** @param nameOf what the gradient by the k-th of the values is called in a message */
function check(
  f: Checked,
  values: readonly Tensor[],
  { eps = 1e-5, rtol = 1e-5, atol = 1e-6, rng = new Random(0) }: GradcheckOptions,
  nameOf: (k: number) => string,
): void {
  enableGrad(() => {
    const leaves = values.map(leafOf)
    const y = f(...leaves)
    const direction = rng.normal(y.shape, 0, 1, { dtype: 'float64' })
    const projected = (x: readonly Tensor[]) =>
      f(...x.map(leafOf))
        .value.mul(direction)
        .sum()
        .item()
    const analytic = y.requiresGrad
      ? gradients(y, leaves, { dy: new Variable(direction), allowUnused: true })
      : values.map((x) => new Variable(zerosLike(x)))
    analytic.forEach((dx, k) => {
      const { shape, size, data } = values[k]
      if (!sameShape(dx.shape, shape))
        fail(nameOf(k), `has shape ${formatShape(dx.shape)}, want ${formatShape(shape)}`)
      for (let i = 0; i < size; i++) {
        const at = (step: number) => projected(values.map((x, j) => (j === k ? nudged(x, i, step) : x)))
        const numeric = (at(eps) - at(-eps)) / (2 * eps)
        const got = dx.data[i]
        if (!(Math.abs(got - numeric) <= atol + rtol * Math.abs(numeric)))
          fail(
            nameOf(k),
            `${formatShape(shape)}, element ${i} (${data[i]}), is ${got}, the central difference ${numeric}`,
          )
      }
    })
  })
}

function valuesOf(op: string, inputs: readonly (Tensor | Variable)[]): Tensor[] {
  return inputs.map((x, k) => {
    const value = x instanceof Tensor ? x : x.value
    if (value.dtype !== 'float64') fail(op, `wants float64 inputs, input ${k} is ${value.dtype}`)
    return value
  })
}

function leafOf(x: Tensor): Variable {
  const leaf = new Variable(x)
  leaf.requiresGrad = true
  return leaf
}

/** A copy of x with element i (in row-major order) moved by `step`. */
function nudged(x: Tensor, i: number, step: number): Tensor {
  const data = x.data.slice()
  data[i] += step
  return Tensor.from(data, x.shape)
}
