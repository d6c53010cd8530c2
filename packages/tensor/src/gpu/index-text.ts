import { mergeAxes } from '../kernels/reference/rows.js'
import type { Shape } from '../shape.js'

/*
 * Index arithmetic, as text. All of a kernel function's numbers are float32, which holds integers exactly up to 2²⁴;
 * a quotient may be off by one in its last place on some devices, and is put right.
 */

/** How the elements of an operand lie. */
export interface Layout {
  readonly shape: Shape
  readonly strides: readonly number[]
  readonly offset: number
}

/**
 * Lines that take the flat index `of` (row-major over `shape`) apart into its index along each axis, and the names
 * that these have: `${prefix}0`, `${prefix}1`, …; '0' for an axis of length 1.
 */
export function unravel(
  of: string,
  shape: Shape,
  prefix: string,
): { readonly lines: string; readonly index: string[] } {
  const index = shape.map((length, axis) => (length === 1 ? '0' : `${prefix}${axis}`))
  const long = shape.map((_, axis) => axis).filter((axis) => shape[axis] > 1)
  const lines: string[] = []
  let rest = of
  for (const [k, axis] of long.entries()) {
    if (k === long.length - 1) {
      lines.push(`const ${index[axis]} = ${rest};`)
      break
    }
    const inner = long.slice(k + 1).reduce((size, a) => size * shape[a], 1)
    const remainder = `${prefix}r${axis}`
    lines.push(...divide(rest, inner, index[axis], remainder))
    rest = remainder
  }
  return { lines: lines.join('\n'), index }
}

/** Lines for the quotient and the remainder of two integers below 2²⁴. */
export function divide(of: string, by: number, quotient: string, remainder: string): string[] {
  return [
    `let ${quotient} = Math.floor(${of} / ${by});`,
    `let ${remainder} = ${of} - ${quotient} * ${by};`,
    `if (${remainder} < 0) { ${quotient} = ${quotient} - 1; ${remainder} = ${remainder} + ${by}; }`,
    `if (${remainder} >= ${by}) { ${quotient} = ${quotient} + 1; ${remainder} = ${remainder} - ${by}; }`,
  ]
}

/**
 * Where an element lies in the flat array: offset + Σ index · stride. Axes of stride 0 have no part in it, and what is
 * known is one number: WebGL takes no sum of literals for an index.
 */
export function flatIndex(
  index: readonly string[],
  { strides, offset }: Pick<Layout, 'strides' | 'offset'>,
): string {
  const isKnown = (i: string) => /^\d+$/.test(i)
  const known = index.reduce((sum, i, axis) => (isKnown(i) ? sum + Number(i) * strides[axis] : sum), offset)
  const terms = index
    .map((i, axis) => [i, strides[axis]] as const)
    .filter(([i, stride]) => stride !== 0 && !isKnown(i))
    .map(([i, stride]) => (stride === 1 ? i : `${i} * ${stride < 0 ? `(${stride})` : stride}`))
  if (known !== 0 || terms.length === 0) terms.push(`${known}`)
  return terms.join(' + ')
}

/**
 * Lines before, and for each operand of one shape where its element lies for the flat index `of`: axes that all
 * operands run through without a jump are one.
 */
export function indexOperands(
  of: string,
  shape: Shape,
  operands: readonly Layout[],
  prefix = 'i',
): { readonly lines: string; readonly at: string[] } {
  const { lengths, strides } = mergeAxes(shape, operands)
  const { lines, index } = unravel(of, lengths, prefix)
  return { lines, at: operands.map((x, k) => flatIndex(index, { strides: strides[k], offset: x.offset })) }
}
