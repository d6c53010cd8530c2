import { fail, readSafetensors, type Tensor, tensor, writeSafetensors } from '@unroll/tensor'
import { Run } from '../learning/run.js'
import { isSizeName } from '../learning/sizes.js'
import { vocabulary } from '../text.js'

/**
 * A run as the bytes of a .safetensors file, with these tensors:
 *
 * | name | |
 * | --- | --- |
 * | `model.*` | the parameters, under the keys of the model's `stateDict` |
 * | `optimizer.*` | Adam's memory, under those of its own |
 * | `losses` | the loss of each step |
 *
 * The metadata name the format, the size of the model and the characters that it knows.
 */
export function encodeRun({ model, optimizer, losses, size }: Run): Uint8Array {
  const tensors = {
    ...withPrefix('model', model.stateDict()),
    ...withPrefix('optimizer', optimizer.stateDict()),
    losses: tensor(losses),
  }
  return writeSafetensors(tensors, { metadata: { ...identity, size, characters } })
}

/** The opposite, of bytes that need not be trusted. @throws UnrollError when they are not a whole run. */
export function decodeRun(bytes: Uint8Array): Run {
  const { tensors, metadata } = readSafetensors(bytes)
  if (metadata.format !== identity.format) fail('load', 'it was not saved by this page')
  if (metadata.version !== identity.version)
    fail('load', `its format is of another version than this page's (${identity.version})`)
  if (metadata.characters !== characters) fail('load', 'it was trained on another text')
  const { size } = metadata
  if (!isSizeName(size)) return fail('load', 'it is of a size that this page does not have')
  const { losses, ...parts } = tensors
  if (losses?.rank !== 1 || losses.dtype !== 'float32' || !losses.data.every((loss) => loss >= 0))
    fail('load', 'its losses are not numbers ≥ 0')

  const run = new Run(size)
  run.losses = [...losses.data]
  const stray = Object.keys(parts).find((name) => !/^(model|optimizer)\./.test(name))
  if (stray !== undefined) fail('load', `it has a tensor too many: ${JSON.stringify(stray.slice(0, 50))}`)
  run.model.loadStateDict(withoutPrefix('model', parts))
  run.optimizer.loadStateDict(withoutPrefix('optimizer', parts))
  const broken = run.model.parameters().some(({ value }) => !value.data.every(Number.isFinite))
  if (broken) fail('load', 'its parameters are not all finite')
  return run
}

const identity = { format: 'unroll-page', version: '1' }
const characters = vocabulary.symbols.join('')

type Tensors = Readonly<Record<string, Tensor>>

function withPrefix(prefix: string, tensors: Tensors): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(tensors).map(([name, value]) => [`${prefix}.${name}`, value]))
}

function withoutPrefix(prefix: string, tensors: Tensors): Record<string, Tensor> {
  const own = Object.entries(tensors).filter(([name]) => name.startsWith(`${prefix}.`))
  return Object.fromEntries(own.map(([name, value]) => [name.slice(prefix.length + 1), value]))
}
