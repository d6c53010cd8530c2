import { maps } from '../functions.js'
import type { SequenceCell } from './cell.js'

const { sigmoid, tanh } = maps

const da = ['dai', 'daf', 'dag', 'dao']

/**
 * Long short-term memory (Hochreiter & Schmidhuber 1997; forget gate: Gers et al. 2000):
 *
 *     i, f, o = σ(a),  g = tanh(a),   a = W x + b + U h + d   (each with its own rows)
 *     c′ = f c + i g
 *     h′ = o tanh c′
 *
 * Back, from dh′ and dc′, as beside the reference; h′ is made of o and c′, so that c′ is reached by two ways:
 *
 *     δ = dc′ + dh′ s,   s = o (1 − tanh² c′)         the whole of dL/dc′
 *     dc = δ f
 *     da_i = δ sᵢ,       sᵢ = g i (1 − i)
 *     da_f = δ s_f,      s_f = c f (1 − f)
 *     da_g = δ s_g,      s_g = i (1 − g²)
 *     da_o = dh′ sₒ,     sₒ = tanh c′ o (1 − o)
 *
 * As a is a sum, dL/d(wx) = dL/d(uh) = da. The slopes s and f are kept.
 */
export const lstm: SequenceCell = {
  name: 'lstm',
  wx: ['wi', 'wf', 'wg', 'wo'],
  uh: ['ui', 'uf', 'ug', 'uo'],
  before: ['h', 'c'],
  after: ['hNext', 'cNext'],
  kept: ['si', 'sf', 'sg', 'so', 's', 'f'],
  keptOfState: false,

  forward: `
    const i = ${sigmoid('wi + ui')};
    const f = ${sigmoid('wf + uf')};
    const g = ${tanh('wg + ug')};
    const o = ${sigmoid('wo + uo')};
    const cNext = f * c + i * g;
    const tanhC = ${tanh('cNext')};
    const hNext = o * tanhC;`,

  keep: `
    const si = g * i * (1 - i);
    const sf = c * f * (1 - f);
    const sg = i * (1 - g * g);
    const so = tanhC * o * (1 - o);
    const s = o * (1 - tanhC * tanhC);`,

  dAfter: ['dhNext', 'dcNext'],
  dWx: da,
  dUh: da,
  dBefore: ['0', 'dc'], // h acts through U h alone

  backward: `
    const delta = dcNext + dhNext * s;
    const dai = delta * si;
    const daf = delta * sf;
    const dag = delta * sg;
    const dao = dhNext * so;
    const dc = delta * f;`,
}
