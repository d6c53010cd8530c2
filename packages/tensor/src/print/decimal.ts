import type { DType } from '../dtype.js'

/** d₁.d₂d₃… · 10^exponent, without a sign; no zeros at the end, and `0` for zero. */
export interface Decimal {
  digits: string
  exponent: number
}

/** The decimal of fewest digits that |x| is the nearest number of its dtype to (Steele & White 1990). */
export function shortest(x: number, dtype: DType): Decimal {
  const magnitude = Math.abs(x)
  if (dtype !== 'float32') return shortestFloat64(magnitude)
  for (let place = shortestFloat64(magnitude).exponent; ; place--) {
    const nearest = nearestMultiple(magnitude, place)
    // Above a power of two the numbers lie further apart than below it: there, the next one up may
    // still round to x where the nearest does not.
    for (const n of [nearest, nearest + 1n])
      if (Math.fround(Number(`${n}e${place}`)) === magnitude) return toDecimal(n, place)
  }
}

/** |x| rounded to a multiple of 10^place. */
export function roundToPlace(x: number, place: number): Decimal {
  return toDecimal(nearestMultiple(Math.abs(x), place), place)
}

/** |x| rounded to so many significant digits. */
export function roundToDigits(x: number, count: number): Decimal {
  return roundToPlace(x, shortestFloat64(Math.abs(x)).exponent - count + 1)
}

/** JavaScript itself writes a float64 so. */
function shortestFloat64(x: number): Decimal {
  const [mantissa, exponent] = x.toExponential().split('e')
  return trim(mantissa.replace('.', ''), Number(exponent))
}

/** x / 10^place rounded to an integer: of x's exact value, and ties to the even one. */
function nearestMultiple(x: number, place: number): bigint {
  const [numerator, denominator] = ratio(x)
  const up = numerator * 10n ** BigInt(Math.max(0, -place))
  const down = denominator * 10n ** BigInt(Math.max(0, place))
  const quotient = up / down
  const rest = 2n * (up % down)
  return rest > down || (rest === down && quotient % 2n === 1n) ? quotient + 1n : quotient
}

/** A float is a fraction whose denominator is a power of two. */
function ratio(x: number): [numerator: bigint, denominator: bigint] {
  let denominator = 1n
  while (!Number.isInteger(x)) {
    x *= 2
    denominator *= 2n
  }
  return [BigInt(x), denominator]
}

function toDecimal(n: bigint, place: number): Decimal {
  const digits = String(n)
  return trim(digits, n === 0n ? 0 : place + digits.length - 1)
}

function trim(digits: string, exponent: number): Decimal {
  return { digits: digits.replace(/0+$/, '') || '0', exponent }
}
