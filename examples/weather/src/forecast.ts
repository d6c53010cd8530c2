import { noGrad } from '@unroll/autograd'
import { batches, subset } from '@unroll/rnn'
import type { Tensor } from '@unroll/tensor'
import type { Data } from './data/open-data.js'
import type { Network } from './model.js'

/** What somebody says of the days after some windows: [window][day ahead], in °C. */
export type Forecasts = readonly (readonly number[])[]

/** What a network says of the days after some windows. */
export function forecast(network: Network, data: Data, asked: Int32Array): Forecasts {
  const told = batches(subset(data.windows, asked), { batchSize: 512 })
  return [...told].flatMap(({ x }) => tell(network, data, x))
}

/** And of those after the very last day that there is. */
export function forecastNext(network: Network, data: Data): readonly number[] {
  const { series, windows } = data
  const last = series.slice([series.shape[0] - windows.length, null])
  return tell(network, data, last.unsqueeze(0))[0]
}

/** The mean of several forecasts: errors that they do not share cancel out. */
export function together(several: readonly Forecasts[]): Forecasts {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  return several[0].map((row, w) => row.map((_, ahead) => mean(several.map((one) => one[w][ahead]))))
}

/** Windows [B, T, F] in the units of the network to days ahead in °C. */
function tell(network: Network, { degrees }: Data, x: Tensor): number[][] {
  const forecast = noGrad(() => network.forward(x)) // [B, horizon, 1]
  return degrees.inverse(forecast.value).squeeze(2).toArray() as number[][]
}
