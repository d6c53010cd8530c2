import { madd } from './simd'

/*
 * One step of an optimiser, in place, over ⌈length / 4⌉ · 4 parameters: the formulas stand at the
 * kernels of the same name in reference/optimizers.ts.
 */

/** `v` is 0 without momentum. */
export function sgd(
  length: i32, p: usize, g: usize, v: usize,
  lr: f32, momentum: f32, share: f32, nesterov: bool, decay: f32,
): void {
  const λ = f32x4.splat(decay), μ = f32x4.splat(momentum), rate = f32x4.splat(-lr)
  const fresh = f32x4.splat(share)
  for (const end = p + length * 4; p < end; p += 16, g += 16) {
    const parameter = v128.load(p)
    const gradient = madd(λ, parameter, v128.load(g))
    let step = gradient
    if (v) {
      step = madd(μ, v128.load(v), f32x4.mul(fresh, gradient))
      v128.store(v, step)
      v += 16
      if (nesterov) step = madd(μ, step, gradient)
    }
    v128.store(p, madd(rate, step, parameter))
  }
}

/** `largest` is 0 without amsgrad. */
export function adam(
  length: i32, p: usize, g: usize, m: usize, v: usize, largest: usize,
  β1: f64, β2: f64, stepSize: f32, correction: f32, eps: f32, penalty: f32, keep: f32,
): void {
  const old1 = f32x4.splat(<f32>β1), new1 = f32x4.splat(<f32>(1 - β1))
  const old2 = f32x4.splat(<f32>β2), new2 = f32x4.splat(<f32>(1 - β2))
  const λ = f32x4.splat(penalty), kept = f32x4.splat(keep), rate = f32x4.splat(-stepSize)
  const scale = f32x4.splat(correction), ε = f32x4.splat(eps)
  for (let i = 0; i < length; i += 4) {
    const at = i * 4
    const parameter = v128.load(p + at)
    const gradient = madd(λ, parameter, v128.load(g + at))
    const mean = blend(m + at, old1, new1, gradient)
    let square = blend(v + at, old2, new2, f32x4.mul(gradient, gradient))
    if (largest) {
      square = f32x4.max(v128.load(largest + at), square)
      v128.store(largest + at, square)
    }
    const divisor = madd(f32x4.sqrt(square), scale, ε)
    v128.store(p + at, madd(rate, f32x4.div(mean, divisor), f32x4.mul(kept, parameter)))
  }
}

/** `m` is 0 unless centered, `b` is 0 without momentum. */
export function rmsprop(
  length: i32, p: usize, g: usize, v: usize, m: usize, b: usize,
  α: f64, lr: f32, momentum: f32, eps: f32, decay: f32,
): void {
  const old = f32x4.splat(<f32>α), fresh = f32x4.splat(<f32>(1 - α))
  const λ = f32x4.splat(decay), μ = f32x4.splat(momentum), rate = f32x4.splat(-lr), ε = f32x4.splat(eps)
  const zero = f32x4.splat(0)
  for (let i = 0; i < length; i += 4) {
    const at = i * 4
    const parameter = v128.load(p + at)
    const gradient = madd(λ, parameter, v128.load(g + at))
    let variance = blend(v + at, old, fresh, f32x4.mul(gradient, gradient))
    if (m) {
      const mean = blend(m + at, old, fresh, gradient)
      variance = f32x4.max(f32x4.sub(variance, f32x4.mul(mean, mean)), zero)
    }
    let step = f32x4.div(gradient, f32x4.add(f32x4.sqrt(variance), ε))
    if (b) {
      step = madd(μ, v128.load(b + at), step)
      v128.store(b + at, step)
    }
    v128.store(p + at, madd(rate, step, parameter))
  }
}

export function adagrad(length: i32, p: usize, g: usize, s: usize, lr: f32, eps: f32, decay: f32): void {
  const λ = f32x4.splat(decay), rate = f32x4.splat(-lr), ε = f32x4.splat(eps)
  for (let i = 0; i < length; i += 4) {
    const at = i * 4
    const parameter = v128.load(p + at)
    const gradient = madd(λ, parameter, v128.load(g + at))
    const square = madd(gradient, gradient, v128.load(s + at))
    v128.store(s + at, square)
    const divisor = f32x4.add(f32x4.sqrt(square), ε)
    v128.store(p + at, madd(rate, f32x4.div(gradient, divisor), parameter))
  }
}

/** A moving average: old · mean + fresh · x, put in the place of the mean. */
// @ts-ignore: decorator
@inline
function blend(at: usize, old: v128, fresh: v128, x: v128): v128 {
  const mean = madd(old, v128.load(at), f32x4.mul(fresh, x))
  v128.store(at, mean)
  return mean
}
