import type { DType } from '../dtype.js'
import { fail } from '../errors.js'
import { Tensor } from '../methods.js'
import { type WritableFormat, writableFormats } from './element-formats.js'
import { nameProblem, quote, textProblem } from './names.js'
import { lengthBytes, maxHeaderBytes } from './safetensors-header.js'
import { encodeUtf8 } from './utf8.js'

const op = 'writeSafetensors'

/** The dtypes of elements in a file that `writeSafetensors` writes. */
export type StoredDType = keyof typeof writableFormats

export interface WriteSafetensorsOptions {
  /** Any texts, kept in the header. Default: none. */
  metadata?: Record<string, string>
  /** For the tensors named here, the dtype in the file in place of the default one. */
  dtypes?: Record<string, StoredDType>
}

/**
 * The bytes of a safetensors file that holds `tensors`, in row-major order whatever their strides.
 *
 * | dtype | in the file, by default | or, by `dtypes` |
 * | --- | --- | --- |
 * | float32 | F32 | F64 |
 * | float64 | F64 | F32: rounded to the nearest |
 * | int32 | I32 | I64, F64 |
 * | bool | BOOL | I32, I64, F32, F64 |
 *
 * The same tensors and metadata give the same bytes, in whatever order they are named. As the reference
 * implementation has it, larger elements come first, then names in their order, and the header is padded to a
 * multiple of 8 bytes: so each element lies at a multiple of its size.
 *
 * ```ts
 * const bytes = writeSafetensors({ weight, steps }, { metadata: { format: 'pt' }, dtypes: { steps: 'I64' } })
 * await writeFile('model.safetensors', bytes)
 * ```
 *
 * @throws UnrollError when a name is `__metadata__`, `__proto__`, `constructor` or `prototype`, or is no Unicode
 * text; metadata is not text; a tensor cannot be stored as `dtypes` asks, or there is none of that name; a float64
 * is out of the range of F32; or the header is over 100 MB.
 */
export function writeSafetensors(
  tensors: Record<string, Tensor>,
  { metadata = {}, dtypes = {} }: WriteSafetensorsOptions = {},
): Uint8Array {
  checkRecord('tensors', tensors)
  checkRecord('dtypes', dtypes)
  for (const name of Object.keys(dtypes))
    if (!Object.hasOwn(tensors, name)) fail(op, `dtypes names ${quote(name)}, and no tensor has that name`)
  const entries = Object.entries(tensors)
    .map(([name, tensor]) => entryOf(name, tensor, Object.hasOwn(dtypes, name) ? dtypes[name] : undefined))
    .sort(inFileOrder)
  const fields = metadataFields(metadata)
  let end = 0
  for (const { name, tensor, stored, format } of entries) {
    const begin = end
    end += tensor.size * format.bytes
    fields.push(field(name, { dtype: stored, shape: tensor.shape, data_offsets: [begin, end] }))
  }
  const header = encodeHeader(fields)
  const file = new Uint8Array(lengthBytes + header.length + end)
  const view = new DataView(file.buffer)
  view.setBigUint64(0, BigInt(header.length), true)
  file.set(header, lengthBytes)
  let at = lengthBytes + header.length
  for (const entry of entries) at = writeElements(entry, view, at)
  return file
}

interface Entry {
  name: string
  tensor: Tensor
  stored: StoredDType
  format: WritableFormat
}

const defaults = { bool: 'BOOL', int32: 'I32', float32: 'F32', float64: 'F64' } satisfies Record<
  DType,
  StoredDType
>

const storedDTypes = Object.keys(writableFormats) as StoredDType[]

function entryOf(name: string, tensor: Tensor, asked: StoredDType | undefined): Entry {
  const problem = name === '__metadata__' ? 'the name __metadata__ is kept for metadata' : nameProblem(name)
  if (problem) fail(op, problem)
  if (!(tensor instanceof Tensor)) fail(op, `${quote(name)} is not a Tensor`)
  const stored = asked ?? defaults[tensor.dtype]
  if (!storedDTypes.includes(stored))
    fail(op, `tensor ${quote(name)}: stored dtypes are ${storedDTypes.join(', ')}, got ${String(stored)}`)
  const format: WritableFormat = writableFormats[stored]
  if (!format.accepts.includes(tensor.dtype))
    fail(
      op,
      `tensor ${quote(name)}: ${stored} does not hold ${tensor.dtype} (it does ${format.accepts.join(', ')})`,
    )
  return { name, tensor, stored, format }
}

function inFileOrder(a: Entry, b: Entry): number {
  return storedDTypes.indexOf(a.stored) - storedDTypes.indexOf(b.stored) || (a.name < b.name ? -1 : 1)
}

function metadataFields(metadata: Record<string, string>): string[] {
  checkRecord('metadata', metadata)
  const fields = Object.entries(metadata)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, text]) => {
      if (typeof text !== 'string') fail(op, `metadata is text, got ${typeof text} for ${quote(name)}`)
      const problem = nameProblem(name) ?? textProblem(text)
      if (problem) fail(op, `metadata: ${problem}`)
      return field(name, text)
    })
  return fields.length ? [`"__metadata__":{${fields.join(',')}}`] : []
}

/** By hand, as an object would put names such as "10" before all others. */
function field(name: string, value: unknown): string {
  return `${JSON.stringify(name)}:${JSON.stringify(value)}`
}

function encodeHeader(fields: readonly string[]): Uint8Array {
  const text = encodeUtf8(`{${fields.join(',')}}`)
  const padded = new Uint8Array(Math.ceil(text.length / 8) * 8).fill(' '.charCodeAt(0))
  if (padded.length > maxHeaderBytes)
    fail(op, `the header takes ${padded.length} bytes, and readers' limit is ${maxHeaderBytes}`)
  padded.set(text)
  return padded
}

/** Writes the elements from byte `at` on; gives the byte after them. */
function writeElements({ name, tensor, format }: Entry, view: DataView, at: number): number {
  const data = tensor.dataFor(op)
  for (let i = 0; i < data.length; i++, at += format.bytes) {
    const problem = format.refuseValue?.(data[i])
    if (problem) fail(op, `tensor ${quote(name)}: element ${i} is ${problem}`)
    format.write(view, at, data[i])
  }
  return at
}

/** Refuses what has no named entries of its own, such as a Map: it would be stored as nothing. */
function checkRecord(what: string, value: unknown): void {
  const prototype = typeof value === 'object' && value !== null ? Object.getPrototypeOf(value) : undefined
  const isPlain = prototype === null || (prototype && Object.getPrototypeOf(prototype) === null)
  if (!isPlain) fail(op, `${what} must be a plain object, got ${Object.prototype.toString.call(value)}`)
}
