import { InvalidArgumentError } from 'commander'

/** Says which values a setting may have, be they from the command line or from a file. */
export interface Rule {
  wants: string
  accepts(value: unknown): boolean
}

export function integer(low: number, high: number): Rule {
  return {
    wants: `an integer from ${low} to ${high}`,
    accepts: (value) => Number.isInteger(value) && Number(value) >= low && Number(value) <= high,
  }
}

export function number(wants: string, holds: (value: number) => boolean): Rule {
  return { wants, accepts: (value) => typeof value === 'number' && Number.isFinite(value) && holds(value) }
}

export function oneOf(...names: string[]): Rule {
  return { wants: `one of ${names.join(', ')}`, accepts: (value) => names.some((name) => name === value) }
}

/** Reads an argument that is a number, for commander. */
export function numeric({ wants, accepts }: Rule): (text: string) => number {
  return (text) => {
    const value = text.trim() === '' ? Number.NaN : Number(text)
    if (!accepts(value)) throw new InvalidArgumentError(`It must be ${wants}.`)
    return value
  }
}

/** Reads an argument that is a text, for commander. */
export function checked({ wants, accepts }: Rule): (text: string) => string {
  return (text) => {
    if (!accepts(text)) throw new InvalidArgumentError(`It must be ${wants}.`)
    return text
  }
}
