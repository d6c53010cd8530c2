import type { SequenceGradients, SequenceInput, SequenceOutputGradients } from '../../sequence.js'
import type { Engine } from '../engine.js'
import { placeRows } from '../operand.js'
import { describeLayer, type Layer } from './layer.js'
import { pack } from './pack.js'
import type { Trace } from './trace.js'

export function backward(
  engine: Engine,
  layer: Layer,
  input: SequenceInput,
  trace: Trace,
  gradients: SequenceOutputGradients,
  wantX: boolean,
): SequenceGradients {
  const { B, T, I, H, G, apart, parts, together } = layer
  return engine.scope(() => {
    const floats = (length: number) => engine.reserve(length * 4)
    const shared = describeLayer(engine, layer, input, trace.load(engine))
    const dOutput = gradients.output && placeRows(engine, gradients.output)
    const dState = gradients.state.map((part) => (part ? engine.load(part) : zeros(engine, B * H)))
    const weightIh = wantX ? pack(engine, input.weightIh) : 0
    const weightHh = pack(engine, input.weightHh)
    const dx = wantX ? floats(B * T * I) : 0
    // A line of memory between the rows: a power of 2 from row to row would put them all in the same places of a cache.
    const stride = G * H + 16
    const kinds = apart ? G + 1 : G
    const dWeightIh = floats(G * H * I)
    const dWeightHh = floats(G * H * H)
    const dBias = floats(kinds * H)
    // The arguments lie last: behind every row there is something to read (see assembly/sequence/rows.ts).
    const args = engine.pack([
      ...shared,
      dOutput ? dOutput.offset * 4 : 0,
      dOutput ? dOutput.strides[0] * 4 : 0,
      dOutput ? dOutput.strides[1] * 4 : 0,
      dState[0],
      dState[1] ?? 0,
      weightIh,
      weightHh,
      dx,
      floats(together * B * stride),
      apart ? floats(B * stride) : 0,
      stride * 4,
      floats(kinds * Math.ceil(H / 4) * 4 * T * B),
      floats(Math.ceil(I / 8) * 8 * T * B),
      floats(Math.ceil(H / 8) * 8 * T * B),
      dWeightIh,
      dWeightHh,
      dBias,
    ])
    engine.run('sequenceBackward', args, parts)
    engine.run('sequenceWeights', args, Math.min(engine.threads, Math.ceil(H / 4)))
    const bias = (last: number) => {
      const sums = engine.read(dBias, G * H)
      // The last gate's, where U h + d has another than W x + b.
      if (last > 0) sums.set(engine.read(dBias + G * H * 4, H), (G - 1) * H)
      return sums
    }
    return {
      x: wantX ? engine.read(dx, B * T * I) : undefined,
      state: dState.map((part) => engine.read(part, B * H)),
      weightIh: engine.read(dWeightIh, G * H * I),
      weightHh: engine.read(dWeightHh, G * H * H),
      biasIh: input.biasIh && bias(0),
      biasHh: input.biasHh && bias(kinds - G),
    }
  })
}

function zeros(engine: Engine, length: number): number {
  const pointer = engine.reserve(length * 4)
  engine.f32.fill(0, pointer >> 2, (pointer >> 2) + length)
  return pointer
}
