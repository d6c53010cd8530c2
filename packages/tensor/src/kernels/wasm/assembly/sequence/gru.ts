import { sigmoid4 } from '../functions/sigmoid'
import { tanh4 } from '../functions/tanh'
import { madd } from '../simd'
import { lanes, storeLanes } from './rows'

/**
 *     r, z = σ(W x + b + U h + d)
 *     n = tanh(W x + b + r q),   q = U h + d
 *     h′ = (1 − z) n + z h
 *
 * r, z, n and q are kept, the gates in the place of W x + b, which is `kept`. h is changed in place.
 */
export function gruForward(H: i32, kept: usize, uh: usize, h: usize): void {
  const next: usize = H * 4
  for (let j = 0; j < H; j += 4) {
    const at: usize = j * 4, count = lanes(H, j)
    const rAt = kept + at, zAt = rAt + next, nAt = zAt + next, qAt = nAt + next
    const r = sigmoid4(f32x4.add(v128.load(rAt), v128.load(uh + at)))
    const z = sigmoid4(f32x4.add(v128.load(zAt), v128.load(uh + at + next)))
    const q = v128.load(uh + at + 2 * next)
    const n = tanh4(madd(r, q, v128.load(nAt)))
    storeLanes(count, rAt, r)
    storeLanes(count, zAt, z)
    storeLanes(count, nAt, n)
    storeLanes(count, qAt, q)
    // n + z (h − n)
    storeLanes(count, h + at, madd(z, f32x4.sub(v128.load(h + at), n), n))
  }
}

/**
 *     da = dh′ (1 − z) (1 − n²)
 *     d(W x + b) = d(U h + d) = da q r (1 − r)  for r,  dh′ (h − n) z (1 − z)  for z
 *     d(W x + b) = da,  d(U h + d) = da r       for n
 *     dh = dh′ z                                and what comes by way of U h
 *
 * h is the one before the step; dh is changed in place.
 */
export function gruBackward(H: i32, kept: usize, h: usize, dh: usize, dWx: usize, dUh: usize): void {
  const next: usize = H * 4
  const one = f32x4.splat(1)
  for (let j = 0; j < H; j += 4) {
    const at: usize = j * 4, count = lanes(H, j)
    const r = v128.load(kept + at), z = v128.load(kept + at + next)
    const n = v128.load(kept + at + 2 * next), q = v128.load(kept + at + 3 * next)
    const dhNext = v128.load(dh + at)
    const rest = f32x4.sub(one, z)
    const da = f32x4.mul(f32x4.mul(dhNext, rest), f32x4.sub(one, f32x4.mul(n, n)))
    const dar = f32x4.mul(da, r)
    const dr = f32x4.mul(f32x4.mul(dar, q), f32x4.sub(one, r))
    const dz = f32x4.mul(f32x4.mul(f32x4.mul(dhNext, f32x4.sub(v128.load(h + at), n)), z), rest)
    storeLanes(count, dWx + at, dr)
    storeLanes(count, dUh + at, dr)
    storeLanes(count, dWx + at + next, dz)
    storeLanes(count, dUh + at + next, dz)
    storeLanes(count, dWx + at + 2 * next, da)
    storeLanes(count, dUh + at + 2 * next, dar)
    storeLanes(count, dh + at, f32x4.mul(dhNext, z))
  }
}
