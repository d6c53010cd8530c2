import { fail, kindOf } from '@unroll/tensor'

/** What an option can be: a number, a switch, or a few numbers. */
export type OptionValue = number | boolean | readonly number[]

/** How one option is checked, and what it is when it is not given. */
export interface OptionRule<Value> {
  /** Undefined when it must be given. */
  readonly fallback?: Value
  /** @throws UnrollError when the value will not do. */
  check(op: string, name: string, value: unknown): Value
}

/** A rule for each option of a kind of optimiser. */
export type OptionRules<Options> = {
  readonly [Name in keyof Options]-?: OptionRule<Required<Options>[Name]>
}

/**
 * Options checked one by one; those not given are as in `defaults`, or else as the rules say.
 * @throws UnrollError when one will not do, must be given and is not, or is none that there is.
 */
export function resolveOptions<Options extends object>(
  op: string,
  rules: OptionRules<Options>,
  options: Partial<Options> | undefined,
  defaults: Partial<Options> = {},
): Required<Options> {
  if (typeof (options ?? {}) !== 'object') fail(op, `wants options by name, got ${kindOf(options)}`)
  const names = Object.keys(rules) as (keyof Options & string)[]
  const stranger = Object.keys(options ?? {}).find((name) => !Object.hasOwn(rules, name))
  if (stranger) fail(op, `has no option ${stranger} (it has ${names.join(', ')})`)
  const values = names.map((name) => {
    const value = options?.[name] ?? defaults[name] ?? rules[name].fallback
    return [name, rules[name].check(op, name, value)]
  })
  return Object.fromEntries(values)
}

/** The rules that there are; each is handed what the option is when it is not given. */
export const option = {
  /** A number ≥ 0. */
  nonNegative: (fallback?: number): OptionRule<number> => ({ fallback, check: checkNonNegative }),

  /** A decay rate, in [0, 1). */
  decay: (fallback?: number): OptionRule<number> => ({ fallback, check: checkDecay }),

  /** Two decay rates. */
  decays: (fallback?: readonly [number, number]): OptionRule<readonly [number, number]> => ({
    fallback,
    check(op, name, value) {
      if (!Array.isArray(value) || value.length > 2)
        fail(op, `${name} is a list of two decay rates, got ${kindOf(value)}`)
      return Object.freeze([checkDecay(op, `${name}[0]`, value[0]), checkDecay(op, `${name}[1]`, value[1])])
    },
  }),

  /** A switch. */
  flag: (fallback?: boolean): OptionRule<boolean> => ({
    fallback,
    check(op, name, value) {
      if (typeof value !== 'boolean') fail(op, `${name} is true or false, got ${kindOf(value)}`)
      return value
    },
  }),
}

/** Checks a number ≥ 0. */
export function checkNonNegative(op: string, name: string, value: unknown): number {
  if (!(Number.isFinite(value) && (value as number) >= 0))
    fail(op, `${name} is a number ≥ 0, got ${kindOf(value)}`)
  return value as number
}

/** Checks a number in [0, 1). */
export function checkDecay(op: string, name: string, value: unknown): number {
  if (!(typeof value === 'number' && value >= 0 && value < 1))
    fail(op, `${name} lies in [0, 1), got ${kindOf(value)}`)
  return value
}
