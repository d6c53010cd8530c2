import type { Variable } from '@unroll/autograd'
import { fail, formatShape, isFloat, sameShape, type Tensor } from '@unroll/tensor'

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
  const values = new Map(Object.entries(state))
  const missing = [...targets.keys()].filter((key) => !values.has(key))
  const unexpected = [...values.keys()].filter((key) => !targets.has(key))
  const misfits = [...targets].flatMap(([key, { value }]) => {
    const given = values.get(key)
    return given && !fits(given, value) ? `${key}: got ${describe(given)}, want ${describe(value)}` : []
  })

  const problems = [
    ...(strict && missing.length ? [`missing: ${missing.join(', ')}`] : []),
    ...(strict && unexpected.length ? [`unexpected: ${unexpected.join(', ')}`] : []),
    ...(misfits.length ? [`do not fit: ${misfits.join('; ')}`] : []),
  ]
  if (problems.length)
    fail('loadStateDict', `the state does not fit ${owner}; nothing was loaded\n  ${problems.join('\n  ')}`)

  for (const [key, { value }] of targets) {
    const given = values.get(key)
    if (given) value.assign(given)
  }
  return { missing, unexpected }
}

function fits(given: Tensor, wanted: Tensor): boolean {
  return sameShape(given.shape, wanted.shape) && isFloat(given.dtype) === isFloat(wanted.dtype)
}

function describe({ shape, dtype }: Tensor): string {
  return `${formatShape(shape)} ${dtype}`
}
