import { compile } from '@unroll/rnn'
import { meanSymbol } from '../contest/compare.js'
import { draw } from '../contest/draw.js'
import type { Ready } from '../contest/serve.js'
import type { Data } from '../workloads/data.js'
import type { Generation } from '../workloads/workload.js'
import { makeModel } from './model.js'

/** Symbols drawn one at a time, from a state of zeros and symbol 0 on. */
export function generate({ model: sizes, length }: Generation, data: Data): Ready<Int32Array> {
  const { embedding, rnn, output } = makeModel(sizes, data)
  const session = compile(embedding ? [embedding, rnn, output] : [rnn, output])
  const numbers = data.u.data
  return {
    step() {
      const symbols = new Int32Array(length)
      let symbol = 0
      session.reset()
      for (let i = 0; i < length; i++) {
        symbol = draw(session.step(symbol), numbers[i])
        symbols[i] = symbol
      }
      return symbols
    },
    loss: meanSymbol,
  }
}
