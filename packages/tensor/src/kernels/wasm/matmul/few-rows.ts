import type { Strided } from '../../kernels.js'
import type { Engine } from '../engine.js'
import { placeByLines, placeRows } from '../operand.js'
import { type Product, productOf } from './product.js'

/*
 * Products of few rows read b as it lies: packing it takes as long as using it. Its lines are its columns where the
 * k's are neighbours, as in x Wᵀ with W `[N, K]`: each gives dot products with the rows of a. Or else they are its
 * rows: each, times numbers of a, is added to the rows of c.
 */

/** Rows of c from which on packing b pays. */
export const fewRows = 12

/** Can b be read as it lies, by its columns or by its rows? */
export function hasLines({ aStep, bRow, bColumn }: Product): boolean {
  return (bRow === 4 && aStep === 4) || bColumn === 4
}

/** Multiplies matrices at these pointers, to a row-major one; for products as `hasLines` accepts them. */
export function timesLines(engine: Engine, product: Product): (a: number, b: number, c: number) => void {
  const { N, K, aStep, bRow, bColumn } = product
  if (bRow === 4 && aStep === 4)
    return (a, b, c) => multiplyColumns(engine, product, N, a, b, bColumn, c, N * 4, 4)
  return (a, b, c) => multiplyRows(engine, product, K, a, b, bRow, c, false)
}

/**
 * The product of two matrices, one axis of b contiguous; b is not in linear memory yet. Element (m, n) of the result
 * stands at cRow · m + cColumn · n (bytes): in row-major order, or, where k's are neighbours in b, in any.
 */
export function timesByLines(
  engine: Engine,
  a: Strided,
  b: Strided,
  cRow: number,
  cColumn: number,
): Float32Array {
  const left = placeRows(engine, a)
  const product = productOf(left, b)
  const at = left.offset * 4
  const c = engine.reserve(product.M * product.N * 4)
  if (product.bRow === 4)
    placeByLines(engine, b, b.offset, -1, (first, count, pointer, line) =>
      multiplyColumns(engine, product, count, at, pointer, line, c + first * cColumn, cRow, cColumn),
    )
  else
    placeByLines(engine, b, b.offset, -2, (first, count, pointer, line) =>
      multiplyRows(engine, product, count, at + first * product.aStep, pointer, line, c, first > 0),
    )
  return engine.read(c, product.M * product.N)
}

/** So many columns of c. */
function multiplyColumns(
  { exports }: Engine,
  { M, K, aRow }: Product,
  columns: number,
  a: number,
  b: number,
  bColumn: number,
  c: number,
  cRow: number,
  cColumn: number,
): void {
  exports.dots(M, columns, K, a, aRow, b, bColumn, c, cRow, cColumn)
}

/** All of c, from so many k's. */
function multiplyRows(
  { exports }: Engine,
  { M, N, aRow, aStep }: Product,
  steps: number,
  a: number,
  b: number,
  bRow: number,
  c: number,
  accumulate: boolean,
): void {
  if (M === 1) exports.rowTimes(N, steps, a, aStep, b, bRow, c, +accumulate)
  else exports.multiply(M, N, steps, a, aRow * 4, aRow, aStep, b, 32, bRow, c, N * 4, +accumulate)
}
