import { maps } from '../functions.js'
import type { SequenceCell } from './cell.js'

const { sigmoid } = maps

/**
 * Gated recurrent unit (Cho et al. 2014), in the form that PyTorch and cuDNN compute, where the reset gate acts
 * after the matrix product:
 *
 *     r, z = σ(W x + b + U h + d)      (each with its own rows)
 *     n = tanh(W x + b + r q),   q = U h + d
 *     h′ = (1 − z) n + z h
 *
 * Back, from dh′. h′ is made of n, z and h:
 *
 *     dn = dh′ (1 − z),  dz = dh′ (h − n)
 *     dh = dh′ z                              and what comes by way of U h
 *
 * n of a = W x + b + r q, whose parts get da = dn (1 − n²), each its share:
 *
 *     d(W x + b) = da,  dr = da q,  dq = da r
 *
 * and r and z, by σ′ = σ (1 − σ): da_r = dr r (1 − r), da_z = dz z (1 − z). So dL/d(wx) and dL/d(uh) are equal for
 * r and z, and differ by the factor r for n. Kept are the gates and q.
 */
export const gru: SequenceCell = {
  gates: 3,
  keeps: 4,

  forward([wr, wz, wn], [ur, uz, un], [h], [hNext], [r, z, n, q]) {
    for (let j = 0; j < h.length; j++) {
      r[j] = sigmoid(wr[j] + ur[j])
      z[j] = sigmoid(wz[j] + uz[j])
      q[j] = un[j]
      n[j] = Math.tanh(wn[j] + r[j] * q[j])
      hNext[j] = (1 - z[j]) * n[j] + z[j] * h[j]
    }
  },

  backward([h], [r, z, n, q], [dhNext], [dWr, dWz, dWn], [dUr, dUz, dUn], [dh]) {
    for (let j = 0; j < h.length; j++) {
      const da = dhNext[j] * (1 - z[j]) * (1 - n[j] * n[j])
      dWr[j] = dUr[j] = da * q[j] * r[j] * (1 - r[j])
      dWz[j] = dUz[j] = dhNext[j] * (h[j] - n[j]) * z[j] * (1 - z[j])
      dWn[j] = da
      dUn[j] = da * r[j]
      dh[j] = dhNext[j] * z[j]
    }
  },
}
