import { tanh4 } from '../functions/tanh'
import { lanes, storeLanes } from './rows'

// h′ = f(a), a = W x + b + U h + d, f = tanh or relu; y = h′ is kept, in the place of a.

export function rnnForward(H: i32, relu: bool, y: usize, h: usize): void {
  for (let j = 0; j < H; j += 4) {
    const at: usize = j * 4, count = lanes(H, j)
    const a = v128.load(y + at)
    const next = relu ? f32x4.max(a, f32x4.splat(0)) : tanh4(a)
    storeLanes(count, y + at, next)
    storeLanes(count, h + at, next)
  }
}

/** da = dh′ · f′(a): tanh′ = 1 − y²; relu′ = 1 where y > 0, else 0. dh = 0: h acts through U h alone. */
export function rnnBackward(H: i32, relu: bool, y: usize, dh: usize, da: usize): void {
  for (let j = 0; j < H; j += 4) {
    const at: usize = j * 4, count = lanes(H, j)
    const yj = v128.load(y + at), dhNext = v128.load(dh + at)
    const one = f32x4.splat(1)
    const slope = relu
      ? v128.and(one, f32x4.gt(yj, f32x4.splat(0)))
      : f32x4.sub(one, f32x4.mul(yj, yj))
    storeLanes(count, da + at, f32x4.mul(dhNext, slope))
    storeLanes(count, dh + at, f32x4.splat(0))
  }
}
