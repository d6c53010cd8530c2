import { type DType, fail, formatShape, type Shape, sameShape, type Tensor } from '@unroll/tensor'
import { embeddingSize, gates } from '../model.js'
import type { RunRecord } from './record.js'

/**
 * Checks that the tensors of a checkpoint are those that its record calls for. This is done before a
 * model is made, since a record may claim any sizes: after it, the file is as large as the model.
 * @throws UnrollError that names the first tensor that is missing, too many, or wrong.
 */
export function checkTensors(tensors: Readonly<Record<string, Tensor>>, record: Sizes): void {
  const wanted = layout(record, tensors['history.held_out']?.shape[0] ?? 0)
  for (const name of wanted.keys())
    if (!Object.hasOwn(tensors, name)) fail('checkpoint', `it has no tensor ${name}`)
  for (const [name, { shape, dtype, data }] of Object.entries(tensors)) {
    const refuse = (problem: string) => fail('checkpoint', `its tensor ${name} ${problem}`)
    const want = wanted.get(name)
    if (!want) fail('checkpoint', `it has a tensor too many: ${JSON.stringify(name.slice(0, 50))}`)
    if (dtype !== want.dtype || !sameShape(shape, want.shape))
      refuse(`is ${formatShape(shape)} ${dtype}, not ${formatShape(want.shape)} ${want.dtype}`)
    if (!data.every(Number.isFinite)) refuse('holds values that are not finite')
    if (want.value !== undefined && data[0] !== want.value) refuse(`is ${data[0]}, not ${want.value}`)
  }
}

type Sizes = Pick<RunRecord, 'config' | 'step' | 'vocabulary'>

interface Layout {
  shape: Shape
  dtype: DType
  /** The one value that it may have. */
  value?: number
}

/** The tensors of a checkpoint, by name. */
function layout(sizes: Sizes, evaluations: number): ReadonlyMap<string, Layout> {
  const { config, step } = sizes
  const found = new Map<string, Layout>([
    ['history.loss', { shape: [step], dtype: 'float64' }],
    ['history.gradient_norm', { shape: [step], dtype: 'float64' }],
    ['history.held_out', { shape: [evaluations, 2], dtype: 'float64' }],
  ])
  const weights = modelLayout(sizes)
  for (const [key, shape] of weights) found.set(`model.${key}`, { shape, dtype: 'float32' })
  if (step === 0) return found // nothing to remember yet

  weights.forEach(([, shape], i) => {
    found.set(`optimizer.${i}.step`, { shape: [], dtype: 'int32', value: step })
    found.set(`optimizer.${i}.exp_avg`, { shape, dtype: 'float32' })
    found.set(`optimizer.${i}.exp_avg_sq`, { shape, dtype: 'float32' })
  })
  const { batch, hidden, layers } = config
  for (const name of config.cell === 'lstm' ? ['h', 'c'] : ['h'])
    found.set(`state.${name}`, { shape: [layers, batch, hidden], dtype: 'float32' })
  return found
}

/** The keys and shapes of a `CharModel`, in the order of its parameters. */
function modelLayout({ config, vocabulary }: Sizes): [key: string, shape: Shape][] {
  const { cell, hidden, layers } = config
  const rows = gates[cell] * hidden
  const recurrent = Array.from({ length: layers }, (_, layer): [string, Shape][] => [
    [`rnn.weight_ih_l${layer}`, [rows, layer === 0 ? embeddingSize(hidden) : hidden]],
    [`rnn.weight_hh_l${layer}`, [rows, hidden]],
    [`rnn.bias_ih_l${layer}`, [rows]],
    [`rnn.bias_hh_l${layer}`, [rows]],
  ])
  return [
    ['embedding.weight', [vocabulary.size, embeddingSize(hidden)]],
    ...recurrent.flat(),
    ['output.weight', [vocabulary.size, hidden]],
    ['output.bias', [vocabulary.size]],
  ]
}
