import { fail, formatShape, Random, Tensor } from '@unroll/tensor'
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
  f: (...inputs: Variable[]) => Variable,
  inputs: readonly (Tensor | Variable)[],
  options: GradcheckOptions = {},
): void {
  const { eps = 1e-5, rtol = 1e-5, atol = 1e-6, rng = new Random(0) } = options
  const values = inputs.map((x) => (x instanceof Tensor ? x : x.value))
  for (const [k, { dtype }] of values.entries())
    if (dtype !== 'float64') fail('gradcheck', `wants float64 inputs, input ${k} is ${dtype}`)

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
      : leaves.map((x) => new Variable(x.value.mul(0)))
    analytic.forEach((dx, k) => {
      if (formatShape(dx.shape) !== formatShape(values[k].shape))
        fail(
          'gradcheck',
          `the gradient of input ${k} has shape ${formatShape(dx.shape)}, want ${formatShape(values[k].shape)}`,
        )
      for (let i = 0; i < values[k].size; i++) {
        const at = (step: number) => projected(values.map((x, j) => (j === k ? nudged(x, i, step) : x)))
        const numeric = (at(eps) - at(-eps)) / (2 * eps)
        const got = dx.data[i]
        if (!(Math.abs(got - numeric) <= atol + rtol * Math.abs(numeric)))
          fail(
            'gradcheck',
            `input ${k} ${formatShape(values[k].shape)}, element ${i} (${values[k].data[i]}): the gradient is ${got}, the central difference ${numeric}`,
          )
      }
    })
  })
}

/**
 * Checks the second derivatives of `f`: `gradcheck` of its gradient, as a function of the inputs and
 * of the gradient that comes in.
 * @throws UnrollError as `gradcheck`.
 */
export function gradgradcheck(
  f: (...inputs: Variable[]) => Variable,
  inputs: readonly (Tensor | Variable)[],
  options: GradcheckOptions = {},
): void {
  const { rng = new Random(0) } = options
  const values = inputs.map((x) => (x instanceof Tensor ? x : x.value))
  const { shape } = f(...values.map(leafOf))
  const dy = rng.normal(shape, 0, 1, { dtype: 'float64' })
  values.forEach((_, k) => {
    const gradient = (...x: Variable[]) => {
      const y = f(...x.slice(0, -1))
      if (!y.requiresGrad) return new Variable(values[k].mul(0))
      return gradients(y, [x[k]], { dy: x[x.length - 1], createGraph: true, allowUnused: true })[0]
    }
    gradcheck(gradient, [...values, dy], { ...options, rng })
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
