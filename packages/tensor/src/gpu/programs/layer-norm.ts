import type { DeviceArray } from '../../kernels/elements.js'
import type { Kernels, Strided } from '../../kernels/kernels.js'
import type { LayerNormAffine, LayerNormStatistics } from '../../kernels/training.js'
import { type Shape, sizeOf } from '../../shape.js'
import type { Executor } from '../executor.js'
import { indexOperands } from '../index-text.js'
import { dtypeOfOperand, layoutKey, type Operand, operandOf, rowMajorOperand } from '../operand.js'
import { alongRows } from './along-rows.js'
import { columnSums } from './column-sums.js'
import { eachElement, presentOf } from './each-element.js'
import { mapElements } from './map.js'
import { sumText } from './sum-text.js'

/** Layer normalisation and its gradients, from the mean and 1 / √(variance + eps) of each row: these stay on the device. */
export function layerNorms(
  executor: Executor,
): Pick<Kernels<DeviceArray>, 'layerNorm' | 'layerNormBackward'> {
  return {
    /** (Ba, Kiros & Hinton 2016): y = x̂ · weight + bias, x̂ = (x − mean) · rstd along the last axis. */
    layerNorm(values: Strided, affine: LayerNormAffine, eps: number) {
      const { shape } = values
      const x = operandOf(executor, values)
      const weight = acrossRows(executor, affine.weight, shape)
      const bias = acrossRows(executor, affine.bias, shape)

      const mean = rowMeans(executor, 'layerNorm mean', { x }, ({ x }) => x)
      const μ = alongRows(mean, shape)
      const variance = rowMeans(
        executor,
        'layerNorm variance',
        { x, mean: μ },
        ({ x, mean }) => `(${x} - ${mean}) * (${x} - ${mean})`,
      )
      const rstd = mapElements(
        executor,
        'layerNorm rstd',
        [rowMajorOperand(variance, [variance.length]), eps],
        { key: '', text: ([variance, eps]) => `return 1 / Math.sqrt(${variance} + ${eps});` },
        dtypeOfOperand(x),
      )
      const y = eachElement(
        executor,
        'layerNorm',
        { x, mean: μ, rstd: alongRows(rstd, shape), weight, bias },
        `return (x - mean) * rstd${weight ? ' * weight' : ''}${bias ? ' + bias' : ''};`,
        dtypeOfOperand(x),
      )
      return { y, mean, rstd }
    },

    /**
     * Of a row, with g = dy · weight = dL/dx̂: dx = rstd · (g − mean g − x̂ · mean(g · x̂)), as the row's own mean and
     * variance move with x. Of all rows together: dWeight = Σ dy · x̂, dBias = Σ dy.
     */
    layerNormBackward(
      values: Strided,
      affine: LayerNormAffine,
      statistics: LayerNormStatistics<DeviceArray>,
      gradient: Strided,
    ) {
      const { shape } = values
      const length = shape[shape.length - 1]
      const x = operandOf(executor, values)
      const dtype = dtypeOfOperand(x)
      const dy = operandOf(executor, gradient)
      const weight = acrossRows(executor, affine.weight, shape)
      const mean = alongRows(statistics.mean, shape)
      const rstd = alongRows(statistics.rstd, shape)

      const named = 'layerNormBackward'
      const normals = eachElement(
        executor,
        `${named} normal`,
        { x, mean, rstd },
        'return (x - mean) * rstd;',
        dtype,
      )
      const normal = rowMajorOperand(normals, shape)
      const g = (v: Names) => (weight ? `${v.dy} * ${v.weight}` : v.dy)
      const meanG = rowMeans(executor, `${named} mean g`, { dy, weight }, g)
      const meanGX = rowMeans(
        executor,
        `${named} mean gx`,
        { dy, weight, normal },
        (v) => `${g(v)} * ${v.normal}`,
      )
      const dx = eachElement(
        executor,
        `${named} dx`,
        { normal, dy, weight, rstd, meanG: alongRows(meanG, shape), meanGX: alongRows(meanGX, shape) },
        `return rstd * (${weight ? 'dy * weight' : 'dy'} - meanG - normal * meanGX);`,
        dtype,
      )
      return {
        x: dx,
        weight: columnSums(
          executor,
          `${named} dWeight`,
          [dy, normal],
          length,
          ([d, n]) => `${d} * ${n}`,
          dtype,
        ),
        bias: columnSums(executor, `${named} dBias`, [dy], length, ([d]) => d, dtype),
      }
    },
  }
}

/** Names of values in a text. */
type Names = Readonly<Record<string, string>>

/** Of each row, in row-major order, the mean of f(x₀, x₁, …) along the last axis, for operands of one shape. */
function rowMeans(
  executor: Executor,
  name: string,
  operands: Readonly<Record<string, Operand | undefined>>,
  f: (elements: Names) => string,
): DeviceArray {
  const { names, walked } = presentOf(operands)
  const [{ shape }] = walked
  const last = shape.length - 1
  const program = {
    name,
    key: `${names}|${layoutKey(...walked)}`,
    size: sizeOf(shape.slice(0, last)),
    source: () => {
      const { lines, at } = indexOperands(
        'i',
        shape.slice(0, last),
        walked.map((x) => leadingAxes(x, last)),
      )
      const walks = walked.map((x, k) => ({ start: at[k], step: x.strides[last] }))
      const term = (places: readonly string[]) =>
        f(Object.fromEntries(names.map((x, k) => [x, `${x}[${places[k]}]`])))
      return `function (${names.join(', ')}) {
        const i = this.thread.x;
        ${lines}
        ${sumText('sum', shape[last], walks, term)}
        return sum / ${shape[last]};
      }`
    },
  }
  return executor.run(
    program,
    walked.map((x) => x.array),
    dtypeOfOperand(walked[0]),
  )
}

/** A row that is the same for all, read in the shape of the whole. */
function acrossRows(executor: Executor, row: Strided | undefined, shape: Shape): Operand | undefined {
  if (!row) return undefined
  const strides = shape.map((_, axis) => (axis === shape.length - 1 ? row.strides[0] : 0))
  return { ...operandOf(executor, row), shape, strides }
}

/** x walked along its first `count` axes only, standing at index 0 of the others. */
function leadingAxes({ shape, strides, offset }: Operand, count: number) {
  return { shape: shape.slice(0, count), strides: strides.slice(0, count), offset }
}
