import { maps } from '../functions.js'
import type { SequenceCell } from './cell.js'

const { sigmoid, tanh } = maps

/**
 * Gated recurrent unit (Cho et al. 2014), in the form that PyTorch and cuDNN compute, where the reset gate acts
 * after the matrix product:
 *
 *     r, z = σ(W x + b + U h + d)      (each with its own rows)
 *     n = tanh(W x + b + r q),   q = U h + d
 *     h′ = (1 − z) n + z h
 *
 * Back, from dh′, as beside the reference:
 *
 *     da = dh′ sₙ,       sₙ = (1 − z) (1 − n²)
 *     da_r = da s_r,     s_r = q r (1 − r)
 *     da_z = dh′ s_z,    s_z = (h − n) z (1 − z)
 *     dq = da r
 *     dh = dh′ z                              and what comes by way of U h
 *
 * So dL/d(wx) and dL/d(uh) are equal for r and z, and differ by the factor r for n. The slopes s, r and z are kept.
 */
export const gru: SequenceCell = {
  name: 'gru',
  wx: ['wr', 'wz', 'wn'],
  uh: ['ur', 'uz', 'un'],
  before: ['h'],
  after: ['hNext'],
  kept: ['sr', 'sz', 'sn', 'r', 'z'],
  keptOfState: false,

  forward: `
    const r = ${sigmoid('wr + ur')};
    const z = ${sigmoid('wz + uz')};
    const q = un;
    const n = ${tanh('wn + r * q')};
    const hNext = (1 - z) * n + z * h;`,

  keep: `
    const sr = q * r * (1 - r);
    const sz = (h - n) * z * (1 - z);
    const sn = (1 - z) * (1 - n * n);`,

  dAfter: ['dhNext'],
  dWx: ['dar', 'daz', 'da'],
  dUh: ['dar', 'daz', 'dq'],
  dBefore: ['dh'],

  backward: `
    const da = dhNext * sn;
    const dar = da * sr;
    const daz = dhNext * sz;
    const dq = da * r;
    const dh = dhNext * z;`,
}
