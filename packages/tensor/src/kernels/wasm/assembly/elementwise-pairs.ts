/*
 * y[i] = f(a[i], b[i]) of n floats that lie one behind the other: see elementwise.ts for how it is written.
 */

export function add(n: i32, a: usize, b: usize, y: usize): void { zip<Add>(n, a, b, y) }
export function sub(n: i32, a: usize, b: usize, y: usize): void { zip<Sub>(n, a, b, y) }
export function mul(n: i32, a: usize, b: usize, y: usize): void { zip<Mul>(n, a, b, y) }
export function div(n: i32, a: usize, b: usize, y: usize): void { zip<Div>(n, a, b, y) }
export function maximum(n: i32, a: usize, b: usize, y: usize): void { zip<Maximum>(n, a, b, y) }
export function minimum(n: i32, a: usize, b: usize, y: usize): void { zip<Minimum>(n, a, b, y) }

export function equal(n: i32, a: usize, b: usize, y: usize): void { compare<Equal>(n, a, b, y) }
export function notEqual(n: i32, a: usize, b: usize, y: usize): void { compare<NotEqual>(n, a, b, y) }
export function less(n: i32, a: usize, b: usize, y: usize): void { compare<Less>(n, a, b, y) }
export function lessEqual(n: i32, a: usize, b: usize, y: usize): void { compare<LessEqual>(n, a, b, y) }
export function greater(n: i32, a: usize, b: usize, y: usize): void { compare<Less>(n, b, a, y) }
export function greaterEqual(n: i32, a: usize, b: usize, y: usize): void { compare<LessEqual>(n, b, a, y) }
export function isFinite(n: i32, x: usize, y: usize): void { compare<BothFinite>(n, x, x, y) }

/** y[i] = a[i] where condition[i], a byte, is not 0; else b[i]. */
export function where(n: i32, condition: usize, a: usize, b: usize, y: usize): void {
  const none = i32x4.splat(0)
  for (const end = y + (n << 2); y < end; condition += 4, a += 16, b += 16, y += 16) {
    const bytes = i16x8.extend_low_i8x16_u(v128.load32_zero(condition))
    const not = i32x4.eq(i32x4.extend_low_i16x8_u(bytes), none)
    v128.store(y, v128.bitselect(v128.load(b), v128.load(a), not))
  }
}

/** Each of n floats `times` times. */
export function repeat(n: i32, times: i32, x: usize, y: usize): void {
  for (let i = 0; i < n; i++, x += 4) {
    const value = v128.load32_splat(x)
    // The last vector of one run reaches into the next, which is written after it.
    for (let j = 0; j < times; j += 4) v128.store(y + (j << 2), value)
    y += times << 2
  }
}

// @ts-ignore: decorator
@inline
function zip<F>(n: i32, a: usize, b: usize, y: usize): void {
  const f = changetype<F>(0)
  // @ts-ignore: of is a method of each F
  for (const end = a + (n << 2); a < end; a += 16, b += 16, y += 16) v128.store(y, f.of(v128.load(a), v128.load(b)))
}

/** Bytes that are 1 where it holds and else 0, 16 at a time. */
// @ts-ignore: decorator
@inline
function compare<F>(n: i32, a: usize, b: usize, y: usize): void {
  const f = changetype<F>(0)
  const ones = i8x16.splat(1)
  for (const end = y + n; y < end; a += 64, b += 64, y += 16) {
    // @ts-ignore: of is a method of each F
    const m0 = f.of(v128.load(a), v128.load(b)), m1 = f.of(v128.load(a, 16), v128.load(b, 16))
    // @ts-ignore: of is a method of each F
    const m2 = f.of(v128.load(a, 32), v128.load(b, 32)), m3 = f.of(v128.load(a, 48), v128.load(b, 48))
    const masks = i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(m0, m1), i16x8.narrow_i32x4_s(m2, m3))
    v128.store(y, v128.and(masks, ones))
  }
}

class Add { @inline of(a: v128, b: v128): v128 { return f32x4.add(a, b) } }
class Sub { @inline of(a: v128, b: v128): v128 { return f32x4.sub(a, b) } }
class Mul { @inline of(a: v128, b: v128): v128 { return f32x4.mul(a, b) } }
class Div { @inline of(a: v128, b: v128): v128 { return f32x4.div(a, b) } }
class Maximum { @inline of(a: v128, b: v128): v128 { return f32x4.max(a, b) } }
class Minimum { @inline of(a: v128, b: v128): v128 { return f32x4.min(a, b) } }

class Equal { @inline of(a: v128, b: v128): v128 { return f32x4.eq(a, b) } }
class NotEqual { @inline of(a: v128, b: v128): v128 { return f32x4.ne(a, b) } }
class Less { @inline of(a: v128, b: v128): v128 { return f32x4.lt(a, b) } }
class LessEqual { @inline of(a: v128, b: v128): v128 { return f32x4.le(a, b) } }
/** x − x is NaN where x is not finite. */
class BothFinite {
  @inline of(a: v128, b: v128): v128 {
    const difference = f32x4.sub(a, b)
    return f32x4.eq(difference, difference)
  }
}
