import { maps } from '../functions.js'
import type { SequenceCell } from './cell.js'

const da = ['da']

/**
 * Elman's network (1990), with f = tanh or relu:
 *
 *     h′ = f(a),   a = W x + b + U h + d
 *
 * Back: da = dh′ · f′(a), and both derivatives can be told from h′ itself: tanh′ = 1 − h′²; relu′ = 1 where
 * h′ > 0, else 0 (at the kink too). As a is a sum, dL/d(wx) = dL/d(uh) = da.
 */
function rnn(name: string, f: (a: string) => string, slope: string): SequenceCell {
  return {
    name,
    wx: ['wx'],
    uh: ['uh'],
    before: ['h'],
    after: ['y'],
    kept: ['slope'],
    keptOfState: true,

    forward: `
      const a = wx + uh;
      const y = ${f('a')};`,

    keep: `const slope = ${slope};`,

    dAfter: ['dy'],
    dWx: da,
    dUh: da,
    dBefore: ['0'], // h acts through U h alone

    backward: `
      const da = dy * slope;`,
  }
}

export const rnnTanh = rnn('rnnTanh', maps.tanh, '1 - y * y')
export const rnnRelu = rnn('rnnRelu', maps.relu, 'y > 0 ? 1 : 0')
