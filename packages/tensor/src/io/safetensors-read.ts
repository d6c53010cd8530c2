import { allocate } from '../dtype.js'
import { fail } from '../errors.js'
import { Tensor } from '../methods.js'
import { sizeOf } from '../shape.js'
import { quote } from './names.js'
import { type Entry, readHeader } from './safetensors-header.js'

const op = 'readSafetensors'

/** What a safetensors file holds. Both records have no prototype: a name that the file lacks is undefined. */
export interface Safetensors {
  /** In the order of the header. */
  tensors: Record<string, Tensor>
  metadata: Record<string, string>
}

/**
 * The tensors of a safetensors file.
 *
 * | in the file | becomes |
 * | --- | --- |
 * | F32, F16, BF16 | float32, exactly |
 * | F64 | float64 |
 * | I32, I64 | int32 |
 * | BOOL | bool |
 *
 * The elements are copied: the tensors do not keep `bytes` alive, nor see its changes. The file need not be
 * trusted: a damaged or hostile one is refused, and whatever sizes it claims are held against its own first.
 *
 * ```ts
 * const { tensors, metadata } = readSafetensors(await readFile('model.safetensors'))
 * tensors.weight_ih_l0.shape // [4 · hiddenSize, inputSize]
 * ```
 *
 * @throws UnrollError that names the tensor and what is wrong: when the bytes are not a whole safetensors file, a
 * tensor is of another dtype, an I64 is out of the range of int32, or a BOOL is neither 0 nor 1.
 */
export function readSafetensors(bytes: Uint8Array): Safetensors {
  if (!ArrayBuffer.isView(bytes))
    fail(op, `wants the bytes of a file as a Uint8Array, got ${Object.prototype.toString.call(bytes)}`)
  // Not bytes itself, as the slice of a Node Buffer is no copy.
  const { entries, metadata, buffer } = readHeader(
    new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  )
  const tensors: Record<string, Tensor> = Object.create(null)
  for (const entry of entries) tensors[entry.name] = readTensor(entry, buffer)
  return { tensors, metadata }
}

function readTensor({ name, shape, format, begin }: Entry, buffer: DataView): Tensor {
  const { bytes, dtype, read, refuseBytes } = format
  const data = allocate(dtype, sizeOf(shape))
  for (let i = 0, at = begin; i < data.length; i++, at += bytes) {
    const problem = refuseBytes?.(buffer, at)
    if (problem) fail(op, `tensor ${quote(name)}: element ${i} is ${problem}`)
    data[i] = read(buffer, at)
  }
  return Tensor.from(data, shape)
}
