import type { Variable } from '@unroll/autograd'
import { fail, formatShape, isFloat, kindOf, sameShape, Tensor } from '@unroll/tensor'

export interface LoadOptions {
  /** Every key must be there, and no other. Default: true. */
  strict?: boolean
}

/** The keys that did not match; both lists are empty after a strict load. */
export interface LoadReport {
  /** Parameters for which the state has no value: they stay as they are. */
  missing: string[]
  /** Values for which there is no parameter: they are left out. */
  unexpected: string[]
}

/** Assigns values to parameters by key, once it is known that all fit. */
export function assignState(
  owner: string,
  parameters: Iterable<[key: string, parameter: Variable]>,
  state: Readonly<Record<string, Tensor>>,
  { strict = true }: LoadOptions,
): LoadReport {
  const targets = new Map(parameters)
  const values = stateEntries('loadStateDict', state)
  const missing = [...targets.keys()].filter((key) => !values.has(key))
  const unexpected = [...values.keys()].filter((key) => !targets.has(key))
  const misfits = [...targets].flatMap(([key, { value }]) => {
    if (!values.has(key) || fits(values.get(key), value)) return []
    return `${key}: got ${describe(values.get(key))}, want ${describe(value)}`
  })

  const problems = [
    ...(strict && missing.length ? [`missing: ${missing.join(', ')}`] : []),
    ...(strict && unexpected.length ? [`unexpected: ${unexpected.join(', ')}`] : []),
    ...(misfits.length ? [`do not fit: ${misfits.join('; ')}`] : []),
  ]
  if (problems.length)
    fail('loadStateDict', `the state does not fit ${owner}; nothing was loaded\n  ${problems.join('\n  ')}`)

  const unread = [...targets].find(([key, { value }]) => !value.device && state[key]?.device)
  if (unread)
    fail(
      'loadStateDict',
      `the state is on ${state[unread[0]].device?.name}, and ${owner} on the host: await fetchState(state) first`,
    )
  for (const [key, { value }] of targets) {
    if (!values.has(key)) continue
    const { device } = value
    value.assign(device && !state[key].device ? state[key].to(device) : state[key])
  }
  return { missing, unexpected }
}

/** What a state dict holds, which may come from anywhere. */
export function stateEntries(op: string, state: Readonly<Record<string, Tensor>>): Map<string, unknown> {
  if (typeof state !== 'object' || state === null || ArrayBuffer.isView(state))
    fail(op, `wants tensors by key, as stateDict() gives them, got ${kindOf(state)}`)
  return new Map(Object.entries(state))
}

/** A float of either precision will do: it is converted. */
function fits(given: unknown, wanted: Tensor): boolean {
  return (
    given instanceof Tensor &&
    sameShape(given.shape, wanted.shape) &&
    isFloat(given.dtype) === isFloat(wanted.dtype)
  )
}

function describe(x: unknown): string {
  return x instanceof Tensor ? `${formatShape(x.shape)} ${x.dtype}` : kindOf(x)
}
