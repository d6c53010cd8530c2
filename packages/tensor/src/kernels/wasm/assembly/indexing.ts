/** y[index[r], i] += x[r, i] for rows of `length` neighbours, one after another: an index may repeat. */
export function addRows(rows: i32, length: i32, index: usize, x: usize, y: usize): void {
  for (let row = 0; row < rows; row++, index += 4) {
    const to = y + load<i32>(index) * length * 4
    let i = 0
    for (; i + 4 <= length; i += 4)
      v128.store(to + i * 4, f32x4.add(v128.load(to + i * 4), v128.load(x + i * 4)))
    for (; i < length; i++) store<f32>(to + i * 4, load<f32>(to + i * 4) + load<f32>(x + i * 4))
    x += length * 4
  }
}
