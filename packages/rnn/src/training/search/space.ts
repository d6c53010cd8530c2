import { fail, kindOf, type Random } from '@unroll/tensor'
import type { Plain } from '../plain.js'

/** The values to try, by name: plain data, as a setting is written down. */
export type Space = Readonly<Record<string, readonly Plain[]>>

/** One value of each. */
export type Setting<S extends Space> = { -readonly [Name in keyof S]: S[Name][number] }

/** How many settings there are. @throws UnrollError when a name has no values, one twice, or one that is not plain. */
export function countOf(op: string, space: Space): number {
  const lists = Object.entries(Object(space))
  if (lists.length === 0) fail(op, `wants a space { name: values }, got ${kindOf(space)} with nothing in it`)
  for (const [name, values] of lists) {
    if (!Array.isArray(values) || values.length === 0)
      fail(
        op,
        `wants a list of values for ${name}, got ${Array.isArray(values) ? 'an empty one' : kindOf(values)}`,
      )
    const texts = values.map((value) => textOf(op, name, value))
    const twice = texts.find((text, i) => texts.indexOf(text) !== i)
    if (twice !== undefined) fail(op, `${name} has the value ${twice} twice`)
  }
  return lists.reduce((count, [, values]) => count * (values as unknown[]).length, 1)
}

/** Setting number `index` of the Cartesian product, in which the last name runs fastest. */
export function settingAt<S extends Space>(space: S, index: number): Setting<S> {
  const picked: [string, Plain][] = []
  let rest = index
  for (const [name, values] of Object.entries(space).reverse()) {
    picked.push([name, values[rest % values.length]])
    rest = Math.floor(rest / values.length)
  }
  return Object.fromEntries(picked.reverse()) as Setting<S>
}

/** So many different numbers below `count`, in rising order, each set equally likely (Floyd's algorithm: Bentley 1987). */
export function drawDistinct(count: number, size: number, rng: Random): number[] {
  const drawn = new Set<number>()
  for (let top = count - size; top < count; top++) {
    const pick = rng.integer(top + 1)
    drawn.add(drawn.has(pick) ? top : pick)
  }
  return [...drawn].sort((a, b) => a - b)
}

/** A seed of 32 bits for a text (FNV-1a), so that what a trial draws depends on nothing but itself. */
export function seedOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}

function textOf(op: string, name: string, value: unknown): string {
  const text = JSON.stringify(value)
  const plain = text !== undefined && JSON.stringify(JSON.parse(text)) === text && isPlain(value)
  if (!plain)
    fail(op, `the values of ${name} must be plain data, got ${kindOf(value)}; use names, such as 'lstm'`)
  return text
}

function isPlain(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || value === null)
    return typeof value !== 'function' && typeof value !== 'undefined'
  const prototype = Object.getPrototypeOf(value)
  return (
    (Array.isArray(value) || prototype === Object.prototype || prototype === null) &&
    Object.values(value).every(isPlain)
  )
}
