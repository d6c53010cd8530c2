import { fail } from '@unroll/tensor'

/**
 * What a module holds in its own fields, and in arrays and plain objects in them, of the kind that is
 * looked for; with the keys that it goes by.
 */
export function namedFields<Kind>(
  module: object,
  isWanted: (value: unknown) => value is Kind,
): [key: string, field: Kind][] {
  const found: [string, Kind][] = []
  const collect = (key: string, value: unknown) => {
    if (isWanted(value)) found.push([key, value])
    else if (Array.isArray(value)) value.forEach((item, i) => void collect(`${key}.${i}`, item))
    else if (isPlainObject(value))
      for (const [name, item] of Object.entries(value)) collect(`${key}.${snakeCase(name)}`, item)
  }
  for (const [name, value] of Object.entries(module)) collect(snakeCase(name), value)
  const keys = found.map(([key]) => key)
  const twice = keys.find((key, i) => keys.indexOf(key) !== i)
  if (twice !== undefined) fail(module.constructor.name, `two fields go by the key ${twice}; rename one`)
  return found
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
