import { madd } from './simd'

/*
 * One step of an optimiser, in place, over ⌈length / 4⌉ · 4 parameters: the formulas stand at the
 * kernels of the same name in reference/optimizers.ts.
 */

export function sgd(
  length: i32, p: usize, g: usize, v: usize, lr: f32, momentum: f32, nesterov: bool, decay: f32,
): void {
  const λ = f32x4.splat(decay), μ = f32x4.splat(momentum), rate = f32x4.splat(-lr)
  for (const end = p + length * 4; p < end; p += 16, g += 16) {
    const parameter = v128.load(p)
    const gradient = madd(λ, parameter, v128.load(g))
    let step = gradient
    if (v) {
      step = madd(μ, v128.load(v), gradient)
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
    const mean = madd(old1, v128.load(m + at), f32x4.mul(new1, gradient))
    let square = madd(old2, v128.load(v + at), f32x4.mul(new2, f32x4.mul(gradient, gradient)))
    v128.store(m + at, mean)
    v128.store(v + at, square)
    if (largest) {
      square = f32x4.max(v128.load(largest + at), square)
      v128.store(largest + at, square)
    }
    const divisor = madd(f32x4.sqrt(square), scale, ε)
    v128.store(p + at, madd(rate, f32x4.div(mean, divisor), f32x4.mul(kept, parameter)))
  }
}
