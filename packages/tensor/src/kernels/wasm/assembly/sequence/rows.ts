// Rows of numbers and what is done with them. They may be of any length: the last vector of a row may hold fewer
// than 4 numbers of it. It is read whole, with what lies behind, and written in part.

/** How many numbers of a row of `length` the vector at `i` holds. */
// @ts-ignore: decorator
@inline
export function lanes(length: i32, i: i32): i32 {
  return min(4, length - i)
}

/** The first `count` numbers of x. */
// @ts-ignore: decorator
@inline
export function storeLanes(count: i32, to: usize, x: v128): void {
  if (count == 4) v128.store(to, x)
  else storeSome(count, to, x)
}

function storeSome(count: i32, to: usize, x: v128): void {
  v128.store_lane<f32>(to, x, 0)
  if (count > 1) v128.store_lane<f32>(to, x, 1, 4)
  if (count > 2) v128.store_lane<f32>(to, x, 2, 8)
}

export function copyRow(length: i32, from: usize, to: usize): void {
  for (let i = 0; i < length; i += 4) storeLanes(lanes(length, i), to + i * 4, v128.load(from + i * 4))
}

/** Sets each of `rows` rows, `stride` apart, to `row`. */
export function fillRows(rows: i32, length: i32, row: usize, to: usize, stride: usize): void {
  for (let r = 0; r < rows; r++) copyRow(length, row, to + r * stride)
}

/**
 * Puts rows where `gemm` looks for a transposed A, as `packRows` would: in panels of 4 columns, `panel` bytes from one
 * to the next. Behind the last column stands anything. Four panels at a time: a line of memory.
 */
export function putTransposed(rows: i32, columns: i32, from: usize, stride: usize, to: usize, panel: usize): void {
  let n = 0
  for (; n + 16 <= columns; n += 16, from += 64, to += 4 * panel) {
    const to1 = to + panel, to2 = to1 + panel, to3 = to2 + panel
    for (let r = 0; r < rows; r++) {
      const row = from + r * stride
      v128.store(to + r * 16, v128.load(row))
      v128.store(to1 + r * 16, v128.load(row, 16))
      v128.store(to2 + r * 16, v128.load(row, 32))
      v128.store(to3 + r * 16, v128.load(row, 48))
    }
  }
  for (; n < columns; n += 4, from += 16, to += panel)
    for (let r = 0; r < rows; r++) v128.store(to + r * 16, v128.load(from + r * stride))
}
