import { sigmoid4 } from '../functions/sigmoid'
import { tanh4 } from '../functions/tanh'
import { madd } from '../simd'

// What a step of a recurrent network does with its products, H a multiple of 4; the state is changed in place. The
// equations are in ../../../reference/sequence.

/** h = tanh(a) */
export function stepRnnTanh(H: i32, a: usize, h: usize): void {
  for (const end = a + H * 4; a < end; a += 16, h += 16) v128.store(h, tanh4(v128.load(a)))
}

/** h = max(a, 0), NaN where a is */
export function stepRnnRelu(H: i32, a: usize, h: usize): void {
  for (const end = a + H * 4; a < end; a += 16, h += 16) v128.store(h, f32x4.max(v128.load(a), f32x4.splat(0)))
}

/** i, f, o = σ(a), g = tanh(a); c = f c + i g; h = o tanh(c). a: a vector for each gate, one behind the other. */
export function stepLstm(H: i32, a: usize, h: usize, c: usize): void {
  const next = H * 4
  for (const end = a + next; a < end; a += 16, h += 16, c += 16) {
    const i = sigmoid4(v128.load(a))
    const f = sigmoid4(v128.load(a + next))
    const g = tanh4(v128.load(a + 2 * next))
    const o = sigmoid4(v128.load(a + 3 * next))
    const cell = madd(f, v128.load(c), f32x4.mul(i, g))
    v128.store(c, cell)
    v128.store(h, f32x4.mul(o, tanh4(cell)))
  }
}

/** r, z = σ(wx + uh), n = tanh(wx + r · uh); h = (1 − z) n + z h */
export function stepGru(H: i32, wx: usize, uh: usize, h: usize): void {
  const next = H * 4
  for (const end = wx + next; wx < end; wx += 16, uh += 16, h += 16) {
    const r = sigmoid4(f32x4.add(v128.load(wx), v128.load(uh)))
    const z = sigmoid4(f32x4.add(v128.load(wx + next), v128.load(uh + next)))
    const n = tanh4(madd(r, v128.load(uh + 2 * next), v128.load(wx + 2 * next)))
    v128.store(h, madd(z, f32x4.sub(v128.load(h), n), n)) // = (1 − z) n + z h
  }
}
