import { fail } from '../errors.js'
import type { Argument } from './executor.js'
import { mostExact } from './floats.js'
import type { Program } from './program.js'

/** @throws UnrollError when a program or one of its operands has more elements than there are exact indices. */
export function checkExact(device: string, { name, size }: Program, args: readonly Argument[]): void {
  const most = args.reduce<number>((n, x) => (typeof x === 'number' ? n : Math.max(n, x.length)), size)
  if (most > mostExact)
    fail(
      name,
      `${most} elements are too many for ${device}, whose index arithmetic is float32 and exact up to 2²⁴ = ${mostExact}; split them`,
    )
}
