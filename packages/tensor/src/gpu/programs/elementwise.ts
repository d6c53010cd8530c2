import { type DType, dtypeOf } from '../../dtype.js'
import type { DeviceArray } from '../../kernels/elements.js'
import type {
  CompareName,
  Kernels,
  MapKernel,
  MapName,
  Strided,
  ZipKernel,
  ZipName,
} from '../../kernels/kernels.js'
import { mapValues } from '../../map-values.js'
import type { Executor } from '../executor.js'
import { checkInt } from '../floats.js'
import { type Operand, operandOf } from '../operand.js'
import { comparisons, largest, maps, zips } from './functions.js'
import { mapElements } from './map.js'

type Elementwise = MapName | ZipName | CompareName | 'leakyRelu' | 'elu' | 'clamp' | 'isFinite' | 'where'

/** The kernels y[i] = f(x[i], …). */
export function elementwise(executor: Executor): Pick<Kernels<DeviceArray>, Elementwise> {
  /** y[i] = f(x₀[i], x₁[i], …), its dtype that of x₀ or the one given. */
  const apply = (
    name: string,
    operands: readonly [Strided, ...(Strided | number)[]],
    f: (...x: string[]) => string,
    dtype: DType = dtypeOfStored(operands[0]),
  ) => {
    const text = { key: '', text: (x: readonly string[]) => `return ${f(...x)};` }
    return mapElements(executor, name, bring(executor, name, operands), text, dtype)
  }

  return {
    ...mapValues(
      maps,
      (f, name): MapKernel<DeviceArray> =>
        (x) =>
          apply(name, [x], f),
    ),
    ...mapValues(
      zips,
      (f, name): ZipKernel<DeviceArray> =>
        (a, b) =>
          apply(name, [a, b], f),
    ),
    ...mapValues(
      comparisons,
      (f, name): ZipKernel<DeviceArray> =>
        (a, b) =>
          apply(name, [a, b], f, 'bool'),
    ),
    leakyRelu: (x, slope) => apply('leakyRelu', [x, slope], (v, s) => `${v} > 0 ? ${v} : ${s} * ${v}`),
    elu: (x, alpha) => apply('elu', [x, alpha], (v, a) => `${v} > 0 ? ${v} : ${a} * unrollExpm1(${v})`),
    clamp: (x, low, high) =>
      apply('clamp', [x, low, high], (v, l, h) => `${v} < ${l} ? ${l} : (${v} > ${h} ? ${h} : ${v})`),
    isFinite: (x) => apply('isFinite', [x], (v) => `Math.abs(${v}) <= ${largest} ? 1 : 0`, 'bool'),
    where: (condition, a, b) =>
      apply('where', [condition, a, b], (c, x, y) => `${c} === 0 ? ${y} : ${x}`, dtypeOfStored(a)),
  }
}

/** Operands on the device: tensors that stand for plain numbers go as numbers, all but the first if all do. */
function bring(
  executor: Executor,
  name: string,
  operands: readonly [Strided, ...(Strided | number)[]],
): (Operand | number)[] {
  const numberOf = (x: Strided | number) => (typeof x === 'number' ? x : x.storage.number)
  const first = operands.every((x) => numberOf(x) !== undefined) ? operands[0] : undefined
  return operands.map((x) => {
    const number = x === first ? undefined : numberOf(x)
    if (number === undefined) return operandOf(executor, x as Strided)
    if (typeof x !== 'number' && dtypeOfStored(x) === 'int32') checkInt(name, number)
    return number
  })
}

function dtypeOfStored({ storage }: Strided): DType {
  const elements = storage.elements ?? storage.data
  return ('dtype' in elements ? elements.dtype : dtypeOf(elements)) as DType
}
