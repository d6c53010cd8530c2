import { sigmoid4 } from '../functions/sigmoid'
import { tanh4 } from '../functions/tanh'
import { madd } from '../simd'
import { lanes, storeLanes } from './rows'

/**
 *     i, f, o = σ(a),  g = tanh(a),   a = W x + b + U h + d
 *     c′ = f c + i g
 *     h′ = o tanh c′
 *
 * The gates are kept, in the place of a. h and c are changed in place.
 */
export function lstmForward(H: i32, gates: usize, h: usize, c: usize): void {
  const next: usize = H * 4
  for (let j = 0; j < H; j += 4) {
    const at: usize = j * 4, count = lanes(H, j)
    const iAt = gates + at, fAt = iAt + next, gAt = fAt + next, oAt = gAt + next
    const i = sigmoid4(v128.load(iAt))
    const f = sigmoid4(v128.load(fAt))
    const g = tanh4(v128.load(gAt))
    const o = sigmoid4(v128.load(oAt))
    const cNext = madd(f, v128.load(c + at), f32x4.mul(i, g))
    storeLanes(count, iAt, i)
    storeLanes(count, fAt, f)
    storeLanes(count, gAt, g)
    storeLanes(count, oAt, o)
    storeLanes(count, c + at, cNext)
    storeLanes(count, h + at, f32x4.mul(o, tanh4(cNext)))
  }
}

/**
 *     do = dh′ tanh c′,   δ = dc′ + dh′ o (1 − tanh² c′)
 *     df = δ c,  di = δ g,  dg = δ i,  dc = δ f
 *     da = di i (1 − i),  df f (1 − f),  dg (1 − g²),  do o (1 − o)
 *
 * c is the one before the step; dh and dc are changed in place, dh to 0: h acts through U h alone.
 */
export function lstmBackward(H: i32, gates: usize, c: usize, dh: usize, dc: usize, da: usize): void {
  const next: usize = H * 4
  const one = f32x4.splat(1)
  for (let j = 0; j < H; j += 4) {
    const at: usize = j * 4, count = lanes(H, j)
    const i = v128.load(gates + at), f = v128.load(gates + at + next)
    const g = v128.load(gates + at + 2 * next), o = v128.load(gates + at + 3 * next)
    const cBefore = v128.load(c + at), dhNext = v128.load(dh + at)
    const tanhC = tanh4(madd(f, cBefore, f32x4.mul(i, g)))
    const dhO = f32x4.mul(dhNext, o)
    const delta = madd(dhO, f32x4.sub(one, f32x4.mul(tanhC, tanhC)), v128.load(dc + at))
    const to = da + at
    storeLanes(count, to, f32x4.mul(f32x4.mul(f32x4.mul(delta, g), i), f32x4.sub(one, i)))
    storeLanes(count, to + next, f32x4.mul(f32x4.mul(f32x4.mul(delta, cBefore), f), f32x4.sub(one, f)))
    storeLanes(count, to + 2 * next, f32x4.mul(f32x4.mul(delta, i), f32x4.sub(one, f32x4.mul(g, g))))
    storeLanes(count, to + 3 * next, f32x4.mul(f32x4.mul(dhO, tanhC), f32x4.sub(one, o)))
    storeLanes(count, dc + at, f32x4.mul(delta, f))
    storeLanes(count, dh + at, f32x4.splat(0))
  }
}
