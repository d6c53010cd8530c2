import { Variable } from '@unroll/autograd'
import { Tensor } from '@unroll/tensor'
import { fetchTensor } from '../state/device.js'
import type { Outcome } from './outcome.js'
import type { Metrics } from './tally.js'

/** The number in a scalar: at once on the host, and from a device as soon as it is there. */
export function numberIn(x: Variable | Tensor): number | Promise<number> {
  return x.device ? x.read().then(([value]) => value) : x.item()
}

/** What these metrics look at: the outcome, brought to the host where it is not there. */
export async function seenBy<O extends Outcome>(metrics: Metrics, outcome: O): Promise<O> {
  if (Object.keys(metrics).length === 0) return outcome
  const distant = Object.entries(outcome).filter(([, x]) => hasValues(x) && x.device)
  if (distant.length === 0) return outcome
  const fetched = await Promise.all(distant.map(async ([name, x]) => [name, await fetchOne(x)] as const))
  return { ...outcome, ...Object.fromEntries(fetched) }
}

async function fetchOne(x: Variable | Tensor): Promise<Variable | Tensor> {
  return x instanceof Variable ? new Variable(await fetchTensor(x.value)) : fetchTensor(x)
}

function hasValues(x: unknown): x is Variable | Tensor {
  return x instanceof Variable || x instanceof Tensor
}
