import { Variable } from '@unroll/autograd'
import { clamp, fail, mul, sumOfSquares } from '@unroll/tensor'
import { parameterList } from './parameter-list.js'

export interface ClipGradNormOptions {
  /** Throw when the norm is NaN or infinite, instead of giving it back. Default: false. */
  errorIfNonfinite?: boolean
}

/**
 * Scales all gradients together so that their norm, √Σ g² over all parameters, is at most `maxNorm`
 * (Pascanu et al. 2013, algorithm 1). Gradients are replaced, not changed in place.
 *
 * @returns the norm before clipping. When it is not finite the gradients are left as they are: to
 * scale them would only spread the NaN.
 * @throws UnrollError when it is not finite and `errorIfNonfinite` is set.
 */
export function clipGradNorm(
  parameters: Iterable<Variable>,
  maxNorm: number,
  options: ClipGradNormOptions = {},
): number {
  if (!(maxNorm >= 0)) fail('clipGradNorm', `maxNorm is a number ≥ 0, got ${maxNorm}`)
  const graded = withGradients('clipGradNorm', parameters)
  // In float64, so that large gradients do not overflow when squared.
  const norm = Math.sqrt(graded.reduce((total, { grad }) => total + sumOfSquares(grad.value), 0))
  if (!Number.isFinite(norm)) {
    if (options.errorIfNonfinite) fail('clipGradNorm', `the norm of the gradients is ${norm}`)
    return norm
  }
  const scale = maxNorm / (norm + 1e-6) // PyTorch's guard against a norm of 0
  if (scale < 1) for (const p of graded) p.grad = new Variable(mul(p.grad.value, scale))
  return norm
}

/** Holds every element of every gradient within ±`clipValue`. Gradients are replaced, not changed in place. */
export function clipGradValue(parameters: Iterable<Variable>, clipValue: number): void {
  if (!(clipValue >= 0)) fail('clipGradValue', `clipValue is a number ≥ 0, got ${clipValue}`)
  for (const p of withGradients('clipGradValue', parameters))
    p.grad = new Variable(clamp(p.grad.value, -clipValue, clipValue))
}

type Graded = Variable & { grad: Variable }

/** Those that have a gradient, each once. */
function withGradients(op: string, parameters: Iterable<Variable>): Graded[] {
  return [...new Set(parameterList(op, parameters))].filter((p): p is Graded => p.grad !== undefined)
}
