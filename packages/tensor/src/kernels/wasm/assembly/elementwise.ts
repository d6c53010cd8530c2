import { erf4, gelu4 } from './functions/erf'
import { exp4 } from './functions/exp'
import { expm14 } from './functions/expm1'
import { log1p4, log4 } from './functions/log'
import { sigmoid4 } from './functions/sigmoid'
import { geluTanh4, silu4 } from './functions/silu'
import { cos4, sin4, tooLarge } from './functions/sin'
import { softplus4 } from './functions/softplus'
import { tanh4 } from './functions/tanh'
import { minusZero, one, splat } from './simd'

/*
 * y[i] = f(x[i]) of n floats that lie one behind the other. They are taken by whole vectors, the last of which may reach
 * beyond n, into room that the host leaves.
 *
 * AssemblyScript does not inline a function that is passed on, but a method of a type parameter it does: so each
 * function is the method of a class that has nothing else, and of which there is never an object.
 */

export function neg(n: i32, x: usize, y: usize): void { map<Neg>(n, x, y) }
export function abs(n: i32, x: usize, y: usize): void { map<Abs>(n, x, y) }
export function sign(n: i32, x: usize, y: usize): void { map<Sign>(n, x, y) }
export function square(n: i32, x: usize, y: usize): void { map<Square>(n, x, y) }
export function reciprocal(n: i32, x: usize, y: usize): void { map<Reciprocal>(n, x, y) }
export function sqrt(n: i32, x: usize, y: usize): void { map<Sqrt>(n, x, y) }
export function rsqrt(n: i32, x: usize, y: usize): void { map<Rsqrt>(n, x, y) }
export function exp(n: i32, x: usize, y: usize): void { map<Exp>(n, x, y) }
export function expm1(n: i32, x: usize, y: usize): void { map<Expm1>(n, x, y) }
export function log(n: i32, x: usize, y: usize): void { map<Log>(n, x, y) }
export function log1p(n: i32, x: usize, y: usize): void { map<Log1p>(n, x, y) }
export function sin(n: i32, x: usize, y: usize): void { map<Sin>(n, x, y) }
export function cos(n: i32, x: usize, y: usize): void { map<Cos>(n, x, y) }
export function erf(n: i32, x: usize, y: usize): void { map<Erf>(n, x, y) }
export function tanh(n: i32, x: usize, y: usize): void { map<Tanh>(n, x, y) }
export function sigmoid(n: i32, x: usize, y: usize): void { map<Sigmoid>(n, x, y) }
export function relu(n: i32, x: usize, y: usize): void { map<Relu>(n, x, y) }
export function gelu(n: i32, x: usize, y: usize): void { map<Gelu>(n, x, y) }
export function geluTanh(n: i32, x: usize, y: usize): void { map<GeluTanh>(n, x, y) }
export function softplus(n: i32, x: usize, y: usize): void { map<Softplus>(n, x, y) }
export function silu(n: i32, x: usize, y: usize): void { map<Silu>(n, x, y) }

export function leakyRelu(n: i32, x: usize, y: usize, slope: f32): void { map<LeakyRelu>(n, x, y, slope) }
export function elu(n: i32, x: usize, y: usize, alpha: f32): void { map<Elu>(n, x, y, alpha) }
export function clamp(n: i32, x: usize, y: usize, low: f32, high: f32): void { map<Clamp>(n, x, y, low, high) }

/** The index of the first vector of which sine and cosine are not computed well enough; n if there is none. */
export function firstTooLarge(n: i32, x: usize): i32 {
  for (let i = 0; i < n; i += 4) if (tooLarge(v128.load(x + (i << 2)))) return i
  return n
}

// @ts-ignore: decorator
@inline
function map<F>(n: i32, x: usize, y: usize, p: f32 = 0, q: f32 = 0): void {
  const f = changetype<F>(0)
  const first = f32x4.splat(p), second = f32x4.splat(q)
  // @ts-ignore: of is a method of each F
  for (const end = x + (n << 2); x < end; x += 16, y += 16) v128.store(y, f.of(v128.load(x), first, second))
}

class Neg { @inline of(x: v128, _p: v128, _q: v128): v128 { return f32x4.neg(x) } }
class Abs { @inline of(x: v128, _p: v128, _q: v128): v128 { return f32x4.abs(x) } }
class Square { @inline of(x: v128, _p: v128, _q: v128): v128 { return f32x4.mul(x, x) } }
class Reciprocal { @inline of(x: v128, _p: v128, _q: v128): v128 { return f32x4.div(splat(one), x) } }
class Sqrt { @inline of(x: v128, _p: v128, _q: v128): v128 { return f32x4.sqrt(x) } }
class Rsqrt { @inline of(x: v128, _p: v128, _q: v128): v128 { return f32x4.div(splat(one), f32x4.sqrt(x)) } }
class Exp { @inline of(x: v128, _p: v128, _q: v128): v128 { return exp4(x) } }
class Expm1 { @inline of(x: v128, _p: v128, _q: v128): v128 { return expm14(x) } }
class Log { @inline of(x: v128, _p: v128, _q: v128): v128 { return log4(x) } }
class Log1p { @inline of(x: v128, _p: v128, _q: v128): v128 { return log1p4(x) } }
class Sin { @inline of(x: v128, _p: v128, _q: v128): v128 { return sin4(x) } }
class Cos { @inline of(x: v128, _p: v128, _q: v128): v128 { return cos4(x) } }
class Erf { @inline of(x: v128, _p: v128, _q: v128): v128 { return erf4(x) } }
class Tanh { @inline of(x: v128, _p: v128, _q: v128): v128 { return tanh4(x) } }
class Sigmoid { @inline of(x: v128, _p: v128, _q: v128): v128 { return sigmoid4(x) } }
class Gelu { @inline of(x: v128, _p: v128, _q: v128): v128 { return gelu4(x) } }
class GeluTanh { @inline of(x: v128, _p: v128, _q: v128): v128 { return geluTanh4(x) } }
class Softplus { @inline of(x: v128, _p: v128, _q: v128): v128 { return softplus4(x) } }
class Silu { @inline of(x: v128, _p: v128, _q: v128): v128 { return silu4(x) } }

class Sign {
  /** 1 with the sign of x, where x is neither 0 nor NaN. */
  @inline of(x: v128, _p: v128, _q: v128): v128 {
    const unit = v128.or(v128.and(x, splat(minusZero)), splat(one))
    return v128.bitselect(unit, x, f32x4.gt(f32x4.abs(x), f32x4.splat(0)))
  }
}
class Relu {
  /** x without those that are at most 0: NaN is not. */
  @inline of(x: v128, _p: v128, _q: v128): v128 { return v128.andnot(x, f32x4.le(x, f32x4.splat(0))) }
}
class LeakyRelu {
  @inline of(x: v128, slope: v128, _q: v128): v128 {
    return v128.bitselect(x, f32x4.mul(slope, x), f32x4.gt(x, f32x4.splat(0)))
  }
}
class Elu {
  @inline of(x: v128, alpha: v128, _q: v128): v128 {
    return v128.bitselect(x, f32x4.mul(alpha, expm14(x)), f32x4.gt(x, f32x4.splat(0)))
  }
}
class Clamp {
  @inline of(x: v128, low: v128, high: v128): v128 { return f32x4.min(f32x4.max(x, low), high) }
}
