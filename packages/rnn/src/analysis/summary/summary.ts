import { enableGrad, type Variable } from '@unroll/autograd'
import {
  bytesOf,
  checkNames,
  fail,
  formatShape,
  kindOf,
  type OptionNames,
  type Shape,
  withKernels,
} from '@unroll/tensor'
import { freshlyCarried } from '../../model/carried.js'
import { drawsOf, generatorsOf, setDraws } from '../../model/generators.js'
import { rememberModes } from '../../model/modes.js'
import { Module } from '../../modules/module.js'
import { checkSize } from '../../modules/options.js'
import { layOut } from '../../print/table.js'
import { CountingKernels } from './count.js'
import { inputFor, type SummaryInput } from './input.js'
import { parametersByModule } from './parameters.js'
import { bytesBetween, variablesIn } from './tape.js'
import { type Watched, watchForward } from './watch.js'

export interface SummaryOptions {
  /** B, the number of sequences. Default: 1. */
  batch?: number
  /** T, the number of steps. Default: 1. */
  time?: number
  /**
   * What `forward` is called with, where that is not what the first module in the model takes (indices `[B, T]` for an
   * `Embedding`, `[B, T, F]` for a layer): a tensor, a list of arguments, or a function that calls the model itself.
   */
  input?: SummaryInput
  /** Floats that the optimiser remembers of each parameter: SGD 0, with momentum 1, Adam 2, AMSGrad 3. Default: 0. */
  optimizerSlots?: number
}

const summaryOptions: OptionNames<SummaryOptions> = {
  batch: true,
  time: true,
  input: true,
  optimizerSlots: true,
}

/** A module that was run, or the model itself. Modules within it have rows of their own, and what is theirs is counted there. */
export interface SummaryRow {
  /** Where it stands in the model, by fields; empty for the model itself. */
  readonly name: string
  /** The name of its class. */
  readonly type: string
  /** In how many of the others it stands. */
  readonly depth: number
  /** How often it was run. */
  readonly calls: number
  /** Elements of its parameters. A parameter that several modules share is the first one's. */
  readonly parameters: number
  /** The shapes of what it gave, the last time. */
  readonly outputs: readonly Shape[]
  /** Multiply–adds of its matrix products, forward; element-wise work is not counted. */
  readonly multiplyAdds: number
  /** Bytes that the tape keeps of it for the backward pass. */
  readonly kept: number
}

/** What a training step takes, in bytes. */
export interface SummaryMemory {
  readonly parameters: number
  readonly gradients: number
  /** What the tape keeps from the forward pass for the backward pass. */
  readonly activations: number
  readonly optimizer: number
  readonly total: number
}

export class Summary {
  constructor(
    readonly rows: readonly SummaryRow[],
    readonly memory: SummaryMemory,
  ) {}

  /** Elements of all parameters. */
  get parameters(): number {
    return this.rows.reduce((sum, row) => sum + row.parameters, 0)
  }

  get multiplyAdds(): number {
    return this.rows.reduce((sum, row) => sum + row.multiplyAdds, 0)
  }

  /** A table of the modules, and below it the memory. */
  toString(): string {
    const cells = this.rows.map(({ name, type, depth, calls, parameters, outputs, multiplyAdds, kept }) => [
      `${'  '.repeat(depth)}${name ? `${name}: ` : ''}${type}${calls > 1 ? ` × ${calls}` : ''}`,
      outputs.length ? formatShape(outputs[0]) : '–',
      count(parameters),
      count(multiplyAdds),
      size(kept),
    ])
    const { parameters, gradients, activations, optimizer, total } = this.memory
    const table = layOut(['module', 'output', 'parameters', 'multiply–adds', 'kept for backward'], cells, [
      'total',
      '',
      count(this.parameters),
      count(this.multiplyAdds),
      size(activations),
    ])
    const parts = { parameters, gradients, 'kept for backward': activations, 'optimizer state': optimizer }
    const named = Object.entries(parts).map(([name, bytes]) => `${name} ${size(bytes)}`)
    return `${table}\nmemory of a training step: ${size(total)} (${named.join(', ')})`
  }
}

/**
 * What a model is made of, and what a training step takes, found by running it forward for a batch of B sequences of T
 * steps: parameters, output shapes, multiply–adds, and the memory that is kept for the backward pass.
 *
 *     console.log(`${summary(model, { batch: 32, time: 64 })}`)
 *
 * The model is left as it was, and so are its random generators; `Stateful` layers are run from zeros.
 * @throws UnrollError when it is not known what the model takes, or it is one of float64.
 */
export function summary(model: Module, options: SummaryOptions = {}): Summary {
  if (!(model instanceof Module)) fail('summary', `wants a Module, got ${kindOf(model)}`)
  const distant = model.parameters().find(({ device }) => device)
  if (distant)
    fail(
      'summary',
      `counts what is done on the host, and the model is on ${distant.device?.name}: await model.toHost() first`,
    )
  if (model.parameters().some(({ dtype }) => dtype === 'float64'))
    fail('summary', 'counts what float32 models do, got one of float64')
  checkNames('summary', options, summaryOptions)
  const batch = checkSize('summary', 'batch', options.batch ?? 1)
  const time = checkSize('summary', 'time', options.time ?? 1)
  const { optimizerSlots = 0 } = options
  if (!(optimizerSlots >= 0)) fail('summary', `optimizerSlots is a number ≥ 0, got ${optimizerSlots}`)

  const kernels = new CountingKernels()
  const generators = generatorsOf(model)
  const [draws, putModesBack, putStatesBack] = [
    drawsOf(generators),
    rememberModes(model),
    freshlyCarried(model),
  ]
  const watch = watchForward(model, () => kernels.multiplyAdds)
  let result: unknown
  let calls: Watched[]
  try {
    model.train()
    result = withKernels(kernels.kernels, () => enableGrad(inputFor(model, batch, time, options.input)))
  } finally {
    calls = watch.end()
    putModesBack()
    putStatesBack()
    setDraws(generators, draws)
  }

  const own = parametersByModule(calls)
  const kept = bytesBetween(variablesIn(result), calls)
  const rows = calls.map(({ name, module, depth, calls, outputs, multiplyAdds }, i) => ({
    name,
    type: module.constructor.name,
    depth,
    calls,
    parameters: own[i],
    outputs: outputs.map((y: Variable) => y.shape),
    multiplyAdds,
    kept: kept[i],
  }))
  const all = model.parameters()
  const parameters = all.reduce((sum, p) => sum + p.size * bytesOf(p.dtype), 0)
  const gradients = all.reduce((sum, p) => sum + (p.requiresGrad ? p.size * bytesOf(p.dtype) : 0), 0)
  const activations = kept.reduce((a, b) => a + b, 0)
  const optimizer = optimizerSlots * gradients
  const total = parameters + gradients + activations + optimizer
  return new Summary(rows, { parameters, gradients, activations, optimizer, total })
}

function count(n: number): string {
  return n.toLocaleString('en-US')
}

function size(bytes: number): string {
  const [unit, name] = [
    [2 ** 30, 'GiB'],
    [2 ** 20, 'MiB'],
    [2 ** 10, 'KiB'],
    [1, 'B'],
  ].find(([unit]) => bytes >= (unit as number)) ?? [1, 'B']
  return `${name === 'B' ? bytes : (bytes / (unit as number)).toFixed(1)} ${name}`
}
