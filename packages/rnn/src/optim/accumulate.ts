import { Variable } from '@unroll/autograd'
import { add, checkNames, fail, kindOf, Tensor } from '@unroll/tensor'
import { checkNonNegative } from './option-rules.js'

export interface AccumulateOptions {
  /** How much each part counts, such as its number of examples. Default: all the same. */
  weights?: readonly number[]
}

/**
 * The gradient of one large batch, part by part, in the memory that a part takes: adds those of
 *
 *     loss = Σ wᵢ lossᵢ / Σ wᵢ
 *
 * to the parameters, each lossᵢ with a tape of its own that is let go of before the next.
 *
 *     optimizer.zeroGrad()
 *     const loss = accumulate(parts, ({ x, y }) => mse(model.forward(x), y))
 *     optimizer.step()
 *
 * @param lossOf the mean loss of a part, a scalar. For parts of several sizes, hand in these as `weights`.
 * @returns the loss, a scalar: `.item()` is the number (on a device, `await loss.read()`). On the host it is of float64.
 * @throws UnrollError when there are no parts, a loss is not a scalar, or weights do not fit or are all 0.
 */
export function accumulate<Part>(
  parts: Iterable<Part>,
  lossOf: (part: Part, index: number) => Variable,
  options: AccumulateOptions = {},
): Tensor {
  const op = 'accumulate'
  checkNames(op, options, { weights: true })
  const list = [...parts]
  if (list.length === 0) fail(op, 'wants parts of a batch, got none')
  const weights = options.weights ?? list.map(() => 1)
  if (weights.length !== list.length)
    fail(op, `wants a weight for each of ${list.length} parts, got ${weights.length}`)
  const total = weights.reduce((sum, w, i) => sum + checkNonNegative(op, `weights[${i}]`, w), 0)
  if (total === 0) fail(op, 'wants a weight > 0, got none')

  return list.reduce((mean: Tensor, part, i) => {
    const loss = lossOf(part, i)
    if (!(loss instanceof Variable)) fail(op, `wants a loss that is a Variable, got ${kindOf(loss)}`)
    const share = loss.mul(weights[i] / total)
    share.backward()
    return share.device ? add(mean.cast('float32'), share.value) : scalar(mean.item() + share.item())
  }, scalar(0))
}

function scalar(x: number): Tensor {
  return Tensor.from(Float64Array.of(x), [])
}
