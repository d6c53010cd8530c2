import type { DType } from '../dtype.js'
import { type Decimal, roundToDigits, roundToPlace, shortest } from './decimal.js'

/** The most digits behind the point. */
const precision = 8
const smallest = 1e-4
/** Beyond this ratio of the largest to the smallest, one exponent an element reads better. */
const widestRatio = 1000

/** How the elements of a tensor are written, given those that will be: all to one width. */
export function elementFormat(values: readonly number[], dtype: DType): (x: number) => string {
  if (dtype === 'bool') return (x) => (x ? ' True' : 'False')
  if (dtype === 'int32') return aligned(values, String)
  const finite = values.filter(Number.isFinite)
  const write = useExponents(finite, dtype) ? scientific(finite, dtype) : positional(finite, dtype)
  return aligned(values, (x) => formatNonFinite(x) ?? write(x))
}

/** A scalar on its own: not rounded, and with a 0 behind a bare point. */
export function formatScalar(x: number, dtype: DType): string {
  if (dtype === 'bool') return x ? 'True' : 'False'
  if (dtype === 'int32') return String(x)
  const large = dtype === 'float32' ? 1e6 : 1e16
  const isPlain = x === 0 || (Math.abs(x) >= smallest && Math.abs(x) < large)
  return formatNonFinite(x) ?? (isPlain ? plainScalar(x, dtype) : exponentScalar(x, dtype))
}

function plainScalar(x: number, dtype: DType): string {
  const { whole, fraction } = splitAtPoint(shortest(x, dtype))
  return `${sign(x)}${whole}.${fraction || '0'}`
}

function exponentScalar(x: number, dtype: DType): string {
  const { digits, exponent } = shortest(x, dtype)
  const fraction = digits.slice(1)
  return `${sign(x)}${digits[0]}${fraction && '.'}${fraction}${formatExponent(exponent, 2)}`
}

function useExponents(finite: readonly number[], dtype: DType): boolean {
  const magnitudes = finite.filter((x) => x !== 0).map(Math.abs)
  if (magnitudes.length === 0) return false
  const largest = magnitudes.reduce((a, b) => Math.max(a, b))
  const least = magnitudes.reduce((a, b) => Math.min(a, b))
  // The comparisons are made in the tensor's own precision.
  const round = dtype === 'float32' ? Math.fround : (x: number) => x
  const large = dtype === 'float32' ? 1e6 : 1e8
  return largest >= large || least < round(smallest) || round(largest / least) > widestRatio
}

/** Points below each other: `-1.5 ` above `10.25`. */
function positional(finite: readonly number[], dtype: DType): (x: number) => string {
  const split = (x: number) => {
    const fewest = splitAtPoint(shortest(x, dtype))
    return fewest.fraction.length > precision ? splitAtPoint(roundToPlace(x, -precision)) : fewest
  }
  const places = longest(finite.map((x) => split(x).fraction))
  return (x) => {
    const { whole, fraction } = split(x)
    return `${sign(x)}${whole}.${fraction.padEnd(places)}`
  }
}

/** As many digits and exponent digits for all: `1.50e+00` above `1.25e-10`. */
function scientific(finite: readonly number[], dtype: DType): (x: number) => string {
  const most = precision + 1
  const decimal = (x: number) => {
    const fewest = shortest(x, dtype)
    return fewest.digits.length > most ? roundToDigits(x, most) : fewest
  }
  const decimals = finite.map(decimal)
  const count = longest(decimals.map(({ digits }) => digits))
  const width = Math.max(2, longest(decimals.map(({ exponent }) => String(Math.abs(exponent)))))
  return (x) => {
    const fewest = decimal(x)
    // Where others have more digits, the next ones of this value's exact expansion follow, not zeros.
    const { digits, exponent } = fewest.digits.length === count ? fewest : roundToDigits(x, count)
    const fraction = digits.slice(1).padEnd(count - 1, '0')
    return `${sign(x)}${digits[0]}.${fraction}${formatExponent(exponent, width)}`
  }
}

function splitAtPoint({ digits, exponent }: Decimal): { whole: string; fraction: string } {
  if (exponent < 0) return { whole: '0', fraction: digits === '0' ? '' : '0'.repeat(-exponent - 1) + digits }
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0')
  return { whole, fraction: digits.slice(exponent + 1) }
}

function formatNonFinite(x: number): string | undefined {
  if (Number.isFinite(x)) return undefined
  return Number.isNaN(x) ? 'nan' : x > 0 ? 'inf' : '-inf'
}

function formatExponent(exponent: number, width: number): string {
  return `e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(width, '0')}`
}

/** Zero has a sign too. */
function sign(x: number): string {
  return x < 0 || Object.is(x, -0) ? '-' : ''
}

function aligned(values: readonly number[], write: (x: number) => string): (x: number) => string {
  const width = longest(values.map(write))
  return (x) => write(x).padStart(width)
}

function longest(texts: readonly string[]): number {
  return texts.reduce((length, text) => Math.max(length, text.length), 0)
}
