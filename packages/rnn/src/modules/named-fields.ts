import { Variable } from '@unroll/autograd'
import { fail } from '@unroll/tensor'
import { Module } from './module.js'

/** The variables and modules in a module's own fields, with the keys that they go by. */
export function namedFields(module: Module): [key: string, field: Variable | Module][] {
  const found: [string, Variable | Module][] = []
  for (const [name, value] of Object.entries(module)) collect(snakeCase(name), value, found)
  const keys = found.map(([key]) => key)
  const twice = keys.find((key, i) => keys.indexOf(key) !== i)
  if (twice !== undefined) fail(module.constructor.name, `two fields go by the key ${twice}; rename one`)
  return found
}

function collect(key: string, value: unknown, into: [string, Variable | Module][]): void {
  if (value instanceof Variable || value instanceof Module) into.push([key, value])
  else if (Array.isArray(value)) value.forEach((item, i) => void collect(`${key}.${i}`, item, into))
  else if (isPlainObject(value))
    for (const [name, item] of Object.entries(value)) collect(`${key}.${snakeCase(name)}`, item, into)
}

/** weightIh → weight_ih, encoderLSTM → encoder_lstm. A capital at the start stays, as in PyTorch's W_q. */
function snakeCase(name: string): string {
  const words = /(?<=[a-z0-9])[A-Z]+(?![a-z])|(?<=[A-Za-z0-9])[A-Z](?=[a-z])/g
  return name.replace(words, (capitals) => `_${capitals.toLowerCase()}`)
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
