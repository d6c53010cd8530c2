import { maps } from '../functions.js'
import type { SequenceCell } from './cell.js'

const { sigmoid } = maps

/**
 * Long short-term memory (Hochreiter & Schmidhuber 1997; forget gate: Gers et al. 2000):
 *
 *     i, f, o = σ(a),  g = tanh(a),   a = W x + b + U h + d   (each with its own rows)
 *     c′ = f c + i g
 *     h′ = o tanh c′
 *
 * Back, from dh′ and dc′. h′ is made of o and c′, so that c′ is reached by two ways, which add up:
 *
 *     do = dh′ tanh c′
 *     δ = dc′ + dh′ o (1 − tanh² c′)          the whole of dL/dc′
 *
 * c′ is made of f, c, i and g:
 *
 *     df = δ c,  di = δ g,  dg = δ i
 *     dc = δ f                                the "constant error carousel": where f is 1, nothing is lost
 *
 * and each gate of its a, by σ′ = σ (1 − σ) and tanh′ = 1 − tanh²:
 *
 *     da_i = di i (1 − i),  da_f = df f (1 − f),  da_g = dg (1 − g²),  da_o = do o (1 − o)
 *
 * As a is a sum, dL/d(wx) = dL/d(uh) = da. The gates are kept; c′ is had again from them.
 */
export const lstm: SequenceCell = {
  gates: 4,
  keeps: 4,

  forward([wi, wf, wg, wo], [ui, uf, ug, uo], [, c], [hNext, cNext], [i, f, g, o]) {
    for (let j = 0; j < c.length; j++) {
      i[j] = sigmoid(wi[j] + ui[j])
      f[j] = sigmoid(wf[j] + uf[j])
      g[j] = Math.tanh(wg[j] + ug[j])
      o[j] = sigmoid(wo[j] + uo[j])
      cNext[j] = f[j] * c[j] + i[j] * g[j]
      hNext[j] = o[j] * Math.tanh(cNext[j])
    }
  },

  backward([, c], [i, f, g, o], [dhNext, dcNext], dWx, dUh, [dh, dc]) {
    const [dai, daf, dag, dao] = dUh
    for (let j = 0; j < c.length; j++) {
      const tanhC = Math.tanh(f[j] * c[j] + i[j] * g[j])
      const delta = dcNext[j] + dhNext[j] * o[j] * (1 - tanhC * tanhC)
      dai[j] = delta * g[j] * i[j] * (1 - i[j])
      daf[j] = delta * c[j] * f[j] * (1 - f[j])
      dag[j] = delta * i[j] * (1 - g[j] * g[j])
      dao[j] = dhNext[j] * tanhC * o[j] * (1 - o[j])
      dc[j] = delta * f[j]
      dh[j] = 0 // h acts through U h alone
    }
    dUh.forEach((da, gate) => {
      dWx[gate].set(da)
    })
  },
}
