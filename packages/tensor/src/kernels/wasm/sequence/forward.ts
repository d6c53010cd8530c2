import type { Strided } from '../../kernels.js'
import { transposed } from '../../reference/strided.js'
import type { SequenceInput, SequenceOutput } from '../../sequence.js'
import type { Engine } from '../engine.js'
import { describeLayer, keptLength, type Layer } from './layer.js'
import { pack } from './pack.js'
import { Trace } from './trace.js'

export function forward(engine: Engine, layer: Layer, input: SequenceInput, save: boolean): SequenceOutput {
  const { B, T, H, G, keeps, apart, parts, together } = layer
  return engine.scope(() => {
    const floats = (length: number) => engine.reserve(length * 4)
    const kept = floats(save ? keptLength(layer) : together * B * keeps * H)
    const shared = describeLayer(engine, layer, input, kept)
    const weightIh = pack(engine, transposed(input.weightIh))
    const weightHh = pack(engine, transposed(input.weightHh))
    const biasIh = loadBias(engine, input.biasIh)
    const biasHh = loadBias(engine, input.biasHh)
    if (biasIh && !apart) addTo(engine.f32, G * H, biasIh >> 2, biasHh >> 2)
    const state = input.state.map((part) => engine.load(part))
    const output = floats(B * T * H)
    // The arguments lie last: behind every row there is something to read (see assembly/sequence/rows.ts).
    const args = engine.pack([
      ...shared,
      save ? 1 : 0,
      weightIh,
      weightHh,
      biasIh,
      biasHh,
      state[0],
      state[1] ?? 0,
      output,
      apart ? floats(B * G * H) : 0,
    ])
    engine.run('sequenceForward', args, parts)
    return {
      output: engine.read(output, B * T * H),
      state: state.map((part) => engine.read(part, B * H)),
      saved: save ? new Trace(engine, kept, keptLength(layer)) : undefined,
    }
  })
}

function loadBias(engine: Engine, bias: Strided | undefined): number {
  return bias ? engine.load(bias) : 0
}

function addTo(data: Float32Array, length: number, to: number, from: number): void {
  for (let i = 0; i < length; i++) data[to + i] += data[from + i]
}
