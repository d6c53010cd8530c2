import { formatCount } from '@unroll/example-kit'
import { Random } from '@unroll/tensor'
import { type Data, toldDays } from '../data/open-data.js'
import { dateOf } from '../data/weather.js'
import { Network } from '../model.js'
import type { Run } from '../run.js'
import { networkName } from './table.js'

export interface Introduction {
  /** Where the checkpoint of a former run was moved, if there was one in its place. */
  former: string | undefined
}

/** Says what is about to be trained, and on what. */
export function introduce({ config, checkpoints }: Run, data: Data, { former }: Introduction): void {
  const span = (part: Int32Array) => {
    const days = toldDays(data, part)
    return `${dateOf(days[0].day)} to ${dateOf(days[days.length - 1].day)}`
  }
  const network = new Network(data.series.shape[1], config, new Random(config.seed))
  const parameters = network.parameters().reduce((sum, { size }) => sum + size, 0)
  const lines = [
    `Data      ${formatCount(data.days.length)} days; the highest temperature of ${config.horizon} is told from the ${config.days} before`,
    `Training  on ${span(data.training)}`,
    `Choosing  by ${span(data.validation)}: when to stop, and the best epoch`,
    `Judging   by ${span(data.test)}`,
    `Model     ${networkName(config)}: ${formatCount(parameters)} parameters; ${config.networks} of them, from different seeds`,
  ]
  if (checkpoints.length > 0) lines.push(`Going on  with network ${checkpoints.length} of ${config.networks}`)
  if (former !== undefined) lines.push(`Kept      the former run's checkpoint as ${former}`)
  console.error(lines.join('\n'))
}
