import { concat, matmul, ones, type Tensor } from '@unroll/tensor'
import type { Data } from '../data/open-data.js'
import type { Forecasts } from '../forecast.js'
import { solve } from './solve.js'

/** What a linear model was chosen to be. */
export interface Linear {
  /** How many of the last days it looks at. */
  readonly days: number
  /** How much large weights cost. */
  readonly ridge: number
  forecast(asked: Int32Array): Forecasts
}

/**
 * A linear autoregression: each day ahead is a weighted sum of all that the network sees, too, of the last few days. The
 * best weights are known in closed form, with a price on large ones (ridge regression, Hoerl & Kennard 1970):
 *
 *     W = (XᵀX + λ I)⁻¹ Xᵀ Y
 *
 * They are learnt from the training part; how many days it looks at, and λ, are what does best on the validation part.
 */
export function fitLinear(data: Data): Linear {
  const { windows, training, validation, degrees } = data
  const [known, held] = [windows.take(training), windows.take(validation)]
  let [least, best] = [
    Number.POSITIVE_INFINITY,
    undefined as { days: number; ridge: number; W: Tensor } | undefined,
  ]
  for (const days of [1, 3, 7, 14, 28].filter((days) => days <= windows.length || days === 1)) {
    const [X, Xheld] = [lastDays(known.x, days), lastDays(held.x, days)]
    const XtX = matmul(X.transpose(), X)
    const XtY = matmul(X.transpose(), answers(known.y))
    for (const ridge of [0.1, 1, 10, 100, 1000]) {
      const W = solve(XtX, XtY, ridge)
      const error = matmul(Xheld, W).sub(answers(held.y)).square().mean().item()
      if (error < least) [least, best] = [error, { days, ridge, W }]
    }
  }
  const { days, ridge, W } = best as NonNullable<typeof best>
  return {
    days,
    ridge,
    forecast(asked) {
      const told = matmul(lastDays(windows.take(asked).x, days), W)
      return degrees.inverse(told.unsqueeze(2)).squeeze(2).toArray() as number[][]
    },
  }
}

/** Of windows [B, T, F], the last days in a row, and a 1 for the bias: [B, days · F + 1]. */
function lastDays(x: Tensor, days: number): Tensor {
  const [B, T] = x.shape
  const last = x
    .slice(null, [T - days, T])
    .reshape([B, -1])
    .cast('float64')
  return concat([last, ones([B, 1], { dtype: 'float64' })], 1)
}

/** [B, horizon, 1] to [B, horizon]. */
function answers(y: Tensor): Tensor {
  return y.squeeze(2).cast('float64')
}
