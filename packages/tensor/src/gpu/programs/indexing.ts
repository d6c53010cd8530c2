import type { DeviceArray } from '../../kernels/elements.js'
import type { Kernels, Strided } from '../../kernels/kernels.js'
import { sizeOf } from '../../shape.js'
import type { Executor } from '../executor.js'
import { flatIndex, indexOperands, unravel } from '../index-text.js'
import { dtypeOfOperand, layoutKey, type Operand, operandOf } from '../operand.js'
import { type ElementText, mapElements } from './map.js'
import { sumByText } from './sum-text.js'

/**
 * Elements by their indices. An index that was computed on the device has not been looked at, and nothing can be thrown
 * there. One that is out of range gives NaN, which a loss shows at once, and not some other element of x: in `gather`
 * for the one element, in `scatterAdd` for all that it might have been meant for.
 */
export function indexing(executor: Executor): Pick<Kernels<DeviceArray>, 'gather' | 'scatterAdd'> {
  return {
    /** y[i₀, …, i, …] = x[i₀, …, index[i₀, …, i, …], …] */
    gather(x: Strided, axis: number, index: Strided) {
      const from = operandOf(executor, x)
      const indices = operandOf(executor, index)
      const program = {
        name: 'gather',
        key: `${axis}|${layoutKey(from, indices)}`,
        size: sizeOf(index.shape),
        source: () => {
          // x walked in the shape of `index`, standing still along `axis`: the index moves it there.
          const line = { ...from, strides: x.strides.map((stride, a) => (a === axis ? 0 : stride)) }
          const { lines, at } = indexOperands('i', index.shape, [indices, line])
          return `function (x, index, nan) {
            const i = this.thread.x;
            ${lines}
            const k = index[${at[0]}];
            if (k >= 0 && k < ${x.shape[axis]}) { return x[${at[1]} + k * (${x.strides[axis]})]; }
            return nan;
          }`
        },
      }
      return executor.run(program, [from.array, indices.array, Number.NaN], dtypeOfOperand(from))
    },

    /**
     * A copy of x with y[…, index[…, i, …], …] += source[…, i, …]. A program cannot add to where it likes, so each
     * element of y looks through the indices along its own line for those that name it.
     */
    scatterAdd(x: Strided, axis: number, index: Strided, source: Strided) {
      const into = operandOf(executor, x)
      const indices = operandOf(executor, index)
      const values = operandOf(executor, source)
      // gpu.js takes no empty arrays.
      if (sizeOf(index.shape) === 0)
        return mapElements(executor, 'scatterNothing', [into], same, dtypeOfOperand(into))
      const program = {
        name: 'scatterAdd',
        key: `${axis}|${layoutKey(into, indices, values)}`,
        size: sizeOf(x.shape),
        source: () => {
          const { lines, index: place } = unravel('i', x.shape, 'i')
          // Where the line of this element begins.
          const along = place.map((p, a) => (a === axis ? '0' : p))
          const walk = (operand: Operand) => ({
            start: flatIndex(along, operand),
            step: operand.strides[axis],
          })
          const outside = along
            .map((p, a) => (a !== axis && index.shape[a] < x.shape[a] ? `${p} >= ${index.shape[a]}` : ''))
            .filter((test) => test !== '')
          return `function (x, index, source, nan) {
            const i = this.thread.x;
            ${lines}
            const own = x[${flatIndex(place, into)}];
            ${outside.length === 0 ? '' : `if (${outside.join(' || ')}) { return own; }`}
            const here = ${place[axis]};
            // k · (last − k) is negative for a k that is out of range.
            let outside = 0;
            ${sumByText('added', index.shape[axis], [walk(indices), walk(values)], (sum, [k, s]) => {
              const at = `index[${k}]`
              return `if (${at} === here) { ${sum} = ${sum} + source[${s}]; }
                outside = Math.min(outside, ${at} * (${x.shape[axis] - 1} - ${at}));`
            })}
            if (outside < 0) { return nan; }
            return own + added;
          }`
        },
      }
      const args = [into.array, indices.array, values.array, Number.NaN]
      return executor.run(program, args, dtypeOfOperand(into))
    },
  }
}

const same: ElementText = { key: '', text: ([x]) => `return ${x};` }
