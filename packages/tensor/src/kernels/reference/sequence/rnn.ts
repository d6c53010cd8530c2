import { maps } from '../functions.js'
import type { SequenceCell } from './cell.js'

/**
 * Elman's network (1990), with f = tanh or relu:
 *
 *     h′ = f(a),   a = W x + b + U h + d
 *
 * Back: da = dh′ · f′(a), and both derivatives can be told from h′ itself: tanh′ = 1 − h′²; relu′ = 1 where
 * h′ > 0, else 0 (at the kink too). As a is a sum, dL/d(wx) = dL/d(uh) = da.
 */
function rnn(f: (a: number) => number, slopeAt: (y: number) => number): SequenceCell {
  return {
    gates: 1,
    keeps: 1,

    forward([wx], [uh], _before, [h], [y]) {
      for (let j = 0; j < h.length; j++) h[j] = y[j] = f(wx[j] + uh[j])
    },

    backward(_before, [y], [dy], [dWx], [dUh], [dh]) {
      for (let j = 0; j < y.length; j++) {
        dWx[j] = dUh[j] = dy[j] * slopeAt(y[j])
        dh[j] = 0 // h acts through U h alone
      }
    },
  }
}

export const rnnTanh = rnn(Math.tanh, (y) => 1 - y * y)
export const rnnRelu = rnn(maps.relu, (y) => (y > 0 ? 1 : 0))
