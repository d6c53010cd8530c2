import { fail } from '@unroll/tensor'

/** What JSON can hold. */
export type Plain = null | boolean | number | string | Plain[] | { [name: string]: Plain }

/** A value as JSON would give it back. @throws UnrollError when it is, or holds, a number that is not finite. */
export function plainOf(what: string, value: unknown): Plain {
  const text = JSON.stringify(value, (_, item) => {
    if (typeof item === 'number' && !Number.isFinite(item)) fail('fit', `${what} is ${item}`)
    return item
  })
  if (text === undefined) fail('fit', `${what} is not plain data, got ${typeof value}`)
  return JSON.parse(text)
}

/**
 * True when a value has the form of another, number for number. Where that has null, an empty list or an empty object, as
 * what is to be filled has at first: anything, a list, an object.
 */
export function alike(value: unknown, model: unknown): boolean {
  if (model === null) return true
  if (typeof model !== 'object') return typeof value === typeof model
  if (typeof value !== 'object' || value === null || Array.isArray(value) !== Array.isArray(model))
    return false
  const [names, wanted] = [Object.keys(value), Object.keys(model)]
  if (wanted.length === 0) return true
  return (
    names.length === wanted.length &&
    wanted.every((name) => Object.hasOwn(value, name) && alike(at(value, name), at(model, name)))
  )
}

function at(value: object, name: string): unknown {
  return (value as Record<string, unknown>)[name]
}
