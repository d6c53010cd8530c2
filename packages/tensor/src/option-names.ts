import { fail, kindOf } from './errors.js'
import { nearest } from './nearest.js'

/** The names of all options of a kind: with one forgotten, or one too many, it does not compile. */
export type OptionNames<Options> = { readonly [Name in keyof Required<Options>]: true }

/**
 * Checks that options come by name, and that none is given that there is not: it would do nothing, in silence.
 * @throws UnrollError that says which was probably meant.
 */
export function checkNames<Options extends object>(
  op: string,
  options: Options | undefined,
  names: OptionNames<Options>,
): void {
  const given: unknown = options === undefined ? {} : options
  const all = Object.keys(names)
  if (given === null || typeof given !== 'object' || Array.isArray(given))
    fail(op, `wants options by name, as in { ${'rng' in names ? 'rng' : all[0]} }, got ${kindOf(given)}`)
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || Object.hasOwn(names, name)) continue
    const meant = nearest(name, all)
    fail(op, `has no option ${name}${meant ? `: did you mean ${meant}?` : ` (it has ${all.join(', ')})`}`)
  }
}
