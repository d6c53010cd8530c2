import { fail } from '@unroll/tensor'
import { kindOf } from './kind-of.js'

/** The names of all options of a kind: with one forgotten, or one too many, it does not compile. */
export type OptionNames<Options> = { readonly [Name in keyof Required<Options>]: true }

/** Checks that options come by name, and that none is given that there is not: it would do nothing, in silence. */
export function checkNames<Options extends object>(
  op: string,
  options: Options,
  names: OptionNames<Options>,
): void {
  const all = () => Object.keys(names).join(', ')
  if (options === null || typeof options !== 'object' || Array.isArray(options))
    fail(op, `wants options by name (${all()}), got ${kindOf(options)}`)
  for (const [name, value] of Object.entries(options))
    if (value !== undefined && !Object.hasOwn(names, name))
      fail(op, `has no option ${name} (it has ${all()})`)
}
