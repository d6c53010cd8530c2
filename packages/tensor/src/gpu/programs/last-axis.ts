import type { DeviceArray } from '../../kernels/elements.js'
import type { Kernels, Strided } from '../../kernels/kernels.js'
import { sizeOf } from '../../shape.js'
import type { Executor } from '../executor.js'
import { indexOperands } from '../index-text.js'
import { dtypeOfOperand, layoutKey, type Operand, operandOf, rowMajorOperand } from '../operand.js'
import { alongRows } from './along-rows.js'
import { argBest } from './arg-best.js'
import { foldRows, max } from './fold-rows.js'
import { mapElements } from './map.js'
import { sumOfExp } from './reductions.js'

type AlongLastAxis = 'argmax' | 'argmin' | 'cumsum' | 'softmax' | 'logSoftmax'

export function alongLastAxis(executor: Executor): Pick<Kernels<DeviceArray>, AlongLastAxis> {
  /** f(x, m, Σ e^(x − m)), m the largest of x's row so that nothing overflows. */
  const normalized = (name: string, given: Strided, f: (x: string, m: string, total: string) => string) => {
    const x = operandOf(executor, given)
    const m = foldRows(executor, 'max', max, x, 1)
    const total = sumOfExp(executor, x, 1, m)
    const operands = [x, alongRows(m, x.shape), alongRows(total, x.shape)]
    const text = { key: '', text: ([x, m, total]: readonly string[]) => `return ${f(x, m, total)};` }
    return mapElements(executor, name, operands, text, dtypeOfOperand(x))
  }

  return {
    argmax: (x: Strided) => argBest(executor, 'argmax', operandOf(executor, x)),
    argmin: (x: Strided) => argBest(executor, 'argmin', operandOf(executor, x)),
    cumsum: (x: Strided) => cumsum(executor, operandOf(executor, x), 1),
    softmax: (given: Strided) =>
      normalized('softmax', given, (x, m, total) => `unrollExp(${x} - ${m}) / ${total}`),
    logSoftmax: (given: Strided) =>
      normalized('logSoftmax', given, (x, m, total) => `(${x} - ${m}) - unrollLog(${total})`),
  }
}

/** How many sums one thread adds up in a round. */
const most = 8

/**
 * y[…, i] = Σ_{j ≤ i} x[…, j], in rounds (Hillis & Steele 1986): from sums of the last `width` elements up to i, those of
 * the last 8 · width.
 */
function cumsum(executor: Executor, x: Operand, width: number): DeviceArray {
  const { shape, strides } = x
  const last = shape.length - 1
  const length = shape[last]
  const count = Math.min(most, Math.max(1, Math.ceil(length / width)))
  const program = {
    name: 'cumsum',
    key: `${width}|${layoutKey(x)}`,
    size: sizeOf(shape),
    source: () => {
      // Beside x the place along the axis; it stands still along the others.
      const along = { shape, strides: shape.map((_, axis) => (axis === last ? 1 : 0)), offset: 0 }
      const { lines, at } = indexOperands('i', shape, [x, along], 'a')
      return `function (x) {
        const i = this.thread.x;
        ${lines}
        const at = ${at[0]};
        const along = ${at[1]};
        let sum = 0;
        for (let k = 0; k < ${count}; k++) {
          const back = k * ${width};
          if (back <= along) { sum = sum + x[at - back * (${strides[last]})]; }
        }
        return sum;
      }`
    },
  }
  const y = executor.run(program, [x.array], dtypeOfOperand(x))
  return count * width >= length ? y : cumsum(executor, rowMajorOperand(y, shape), count * width)
}
