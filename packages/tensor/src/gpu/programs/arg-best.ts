import type { DeviceArray } from '../../kernels/elements.js'
import { sizeOf } from '../../shape.js'
import type { Executor } from '../executor.js'
import { divide, indexOperands } from '../index-text.js'
import { layoutKey, type Operand } from '../operand.js'

/** How many candidates one thread compares in a round. */
const most = 256

/**
 * Where the best of the last axis of x stands, the first of equals; a NaN counts as better than any number, so that it
 * is not lost. In rounds: each thread leaves one of 256 candidates, at first the whole axis, for the next.
 */
export function argBest(
  executor: Executor,
  name: 'argmax' | 'argmin',
  x: Operand,
  count: number = x.shape[x.shape.length - 1],
  candidates?: DeviceArray,
): DeviceArray {
  const groups = Math.max(1, Math.ceil(count / most))
  const program = {
    name,
    key: `${count}|${layoutKey(x)}`,
    size: sizeOf(x.shape.slice(0, -1)) * groups,
    source: () => argBestText(name, x, count, groups, candidates !== undefined),
  }
  const best = executor.run(program, candidates ? [x.array, candidates] : [x.array], 'int32')
  return groups === 1 ? best : argBest(executor, name, x, groups, best)
}

/** Thread (row, group) compares neighbouring candidates, from the first on. */
function argBestText(
  name: 'argmax' | 'argmin',
  x: Operand,
  count: number,
  groups: number,
  given: boolean,
): string {
  const last = x.shape.length - 1
  const rows = { ...x, shape: x.shape.slice(0, last), strides: x.strides.slice(0, last) }
  const { lines, at } = indexOperands('row', rows.shape, [rows], 'a')
  const compared = Math.min(count, most)
  const candidate = (n: string) => (given ? `candidates[row * ${count} + ${n}]` : n)
  return `function (x${given ? ', candidates' : ''}) {
    const i = this.thread.x;
    ${groups === 1 ? 'const row = i; const group = 0;' : divide('i', groups, 'row', 'group').join('\n')}
    ${lines}
    const start = ${at[0]};
    const first = group * ${compared};
    let place = ${candidate('first')};
    let best = x[start + place * (${x.strides[last]})];
    for (let k = 0; k < ${compared}; k++) {
      const n = first + k;
      if (n < ${count}) {
        const other = ${candidate('n')};
        const v = x[start + other * (${x.strides[last]})];
        // What is not ${name === 'argmax' ? 'at most' : 'at least'} the best is better, or a NaN; of a NaN nothing is.
        if (best === best && !(v ${name === 'argmax' ? '<=' : '>='} best)) { best = v; place = other; }
      }
    }
    return place;
  }`
}
