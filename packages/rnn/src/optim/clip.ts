import { Variable } from '@unroll/autograd'
import {
  add,
  assertLater,
  checkNames,
  clamp,
  div,
  fail,
  isFinite,
  kindOf,
  minimum,
  mul,
  type OptionNames,
  type Tensor,
  where,
} from '@unroll/tensor'
import { type Graded, withGradients } from './graded.js'
import { pNorm } from './p-norm.js'

export interface ClipGradNormOptions {
  /** The p of the norm, a number > 0 or Infinity. Default: 2. */
  normType?: number
  /** Throw when the norm is NaN or infinite, instead of giving it back. Default: false. */
  errorIfNonfinite?: boolean
}

const clipGradNormOptions: OptionNames<ClipGradNormOptions> = { normType: true, errorIfNonfinite: true }

/**
 * Scales all gradients together so that their norm, √Σ g² over all parameters, is at most `maxNorm`
 * (Pascanu et al. 2013, algorithm 1). Gradients are replaced, not changed in place.
 *
 * @returns the norm before clipping, a scalar (`.item()` is the number; on a device, `await norm.read()`). On the host it is
 * of float64. When it is not finite the gradients are left as they are: to scale them would only spread the NaN.
 * @throws UnrollError when it is not finite and `errorIfNonfinite` is set; on a device, where that is not known at once,
 * the next `read` rejects.
 */
export function clipGradNorm(
  parameters: Iterable<Variable>,
  maxNorm: number,
  options: ClipGradNormOptions = {},
): Tensor {
  const clipping = new NormClipping('clipGradNorm', parameters, maxNorm, options)
  clipping.clip()
  return clipping.norm
}

/** Parameters to be clipped by themselves: a list of them, or a group of an optimiser. */
export type ClipGroup = Iterable<Variable> | { readonly parameters: Iterable<Variable> }

/**
 * `clipGradNorm` of each group by itself, so that large gradients of one do not make those of another small:
 *
 *     clipGradNormPerGroup(optimizer.groups, 1)
 *     clipGradNormPerGroup([encoder.parameters(), decoder.parameters()], [1, 5])
 *
 * @param maxNorm for all groups, or one for each.
 * @returns the norm of each before clipping, a list of scalars.
 * @throws UnrollError when a parameter is in two groups; or when a norm is not finite and `errorIfNonfinite` is set:
 * nothing is then clipped. (On a device, the next `read` rejects.)
 */
export function clipGradNormPerGroup(
  groups: Iterable<ClipGroup>,
  maxNorm: number | readonly number[],
  options: ClipGradNormOptions = {},
): Tensor[] {
  const op = 'clipGradNormPerGroup'
  if (typeof groups?.[Symbol.iterator] !== 'function')
    fail(op, `wants groups of parameters, such as optimizer.groups, got ${kindOf(groups)}`)
  const lists = [...groups].map(parametersOf)
  const most = typeof maxNorm === 'number' ? lists.map(() => maxNorm) : maxNorm
  if (most?.length !== lists.length)
    fail(op, `wants one maxNorm, or one for each of ${lists.length} groups; got ${most?.length ?? most}`)
  const clippings = lists.map((list, i) => new NormClipping(op, list, most[i], options))
  const all = clippings.flatMap(({ graded }) => graded)
  if (new Set(all).size !== all.length) fail(op, 'a parameter is in two groups')
  for (const clipping of clippings) clipping.clip()
  return clippings.map(({ norm }) => norm)
}

/** Holds every element of every gradient within ±`clipValue`. Gradients are replaced, not changed in place. */
export function clipGradValue(parameters: Iterable<Variable>, clipValue: number): void {
  if (!(clipValue >= 0)) fail('clipGradValue', `clipValue is a number ≥ 0, got ${clipValue}`)
  for (const p of withGradients('clipGradValue', parameters))
    p.grad = new Variable(clamp(p.grad.value, -clipValue, clipValue))
}

function parametersOf(group: ClipGroup): Iterable<Variable> {
  return typeof group === 'object' && group !== null && 'parameters' in group ? group.parameters : group
}

/** Gradients whose norm has been taken, and is to be clipped. */
class NormClipping {
  readonly graded: readonly Graded[]
  readonly norm: Tensor
  readonly #maxNorm: number

  constructor(op: string, parameters: Iterable<Variable>, maxNorm: number, options: ClipGradNormOptions) {
    checkNames(op, options, clipGradNormOptions)
    const { normType = 2, errorIfNonfinite = false } = options
    if (!(maxNorm >= 0)) fail(op, `maxNorm is a number ≥ 0, got ${maxNorm}`)
    if (!(normType > 0)) fail(op, `normType is a number > 0 or Infinity, got ${normType}`)
    this.#maxNorm = maxNorm
    this.graded = withGradients(op, parameters)
    this.norm = pNorm(
      this.graded.map(({ grad }) => grad.value),
      normType,
    )
    const { norm } = this
    if (errorIfNonfinite)
      assertLater(
        isFinite(norm),
        () => `${op}: the norm of the gradients is ${norm.device ? 'not finite' : norm.item()}`,
      )
  }

  clip(): void {
    if (this.#maxNorm === Number.POSITIVE_INFINITY) return
    const scale = scaleFor(this.norm, this.#maxNorm)
    if (scale !== undefined) for (const p of this.graded) p.grad = new Variable(mul(p.grad.value, scale))
  }
}

/** What gradients of a norm are multiplied by; undefined where nothing is to be done. */
function scaleFor(norm: Tensor, maxNorm: number): Tensor | number | undefined {
  const guard = 1e-6 // PyTorch's, against a norm of 0
  if (norm.device) return where(isFinite(norm), minimum(div(maxNorm, add(norm, guard)), 1), 1)
  const scale = maxNorm / (norm.item() + guard)
  return scale < 1 && Number.isFinite(norm.item()) ? scale : undefined
}
