import { fail } from '../errors.js'
import { formatShape, type Shape } from '../shape.js'
import { type ElementFormat, readableFormats } from './element-formats.js'
import { type Json, type JsonObject, parseJsonObject } from './json-object.js'
import { excerpt, quote } from './names.js'
import { decodeUtf8 } from './utf8.js'

const op = 'readSafetensors'

/** Bytes of the integer before the header that tells the header's length. */
export const lengthBytes = 8

/** As in the reference implementation: enough for a million tensors, yet a bound on what a header may cost. */
export const maxHeaderBytes = 100_000_000

/** The object of all tensors, the object of one tensor, its shape. */
const maxDepth = 3

/** What the header says of one tensor, found to agree with itself and with the size of the buffer. */
export interface Entry {
  name: string
  shape: Shape
  format: ElementFormat
  /** The tensor's bytes are [begin, end) of the buffer. */
  begin: number
  end: number
}

export interface Header {
  entries: Entry[]
  metadata: Record<string, string>
  /** The bytes after the header. */
  buffer: DataView
}

/** Reads the header of a file that is not trusted. Nothing is allocated on its word. */
export function readHeader(file: Uint8Array): Header {
  const { text, end } = headerText(file)
  const object = parseJsonObject(op, text, maxDepth)
  const buffer = new DataView(file.buffer, file.byteOffset + end, file.byteLength - end)
  const metadata = readMetadata(object.get('__metadata__'))
  object.delete('__metadata__')
  const entries = [...object].map(([name, value]) => readEntry(name, value, buffer.byteLength))
  checkCoverage(entries, buffer.byteLength)
  return { entries, metadata, buffer }
}

function headerText(file: Uint8Array): { text: string; end: number } {
  const size = file.byteLength
  if (size < lengthBytes)
    fail(op, `the file is cut short: it has ${size} bytes, and the length of its header takes ${lengthBytes}`)
  const length = new DataView(file.buffer, file.byteOffset, size).getBigUint64(0, true)
  if (length > maxHeaderBytes)
    fail(op, `the header's length is ${length} bytes, and the limit is ${maxHeaderBytes}`)
  const end = lengthBytes + Number(length)
  if (end > size)
    fail(op, `the file is cut short: its header takes ${length} bytes, and it has ${size - lengthBytes} more`)
  // A copy: browsers' TextDecoder refuses shared memory.
  const text = decodeUtf8(file.slice(lengthBytes, end))
  if (text === undefined) fail(op, 'the header is not UTF-8')
  return { text, end }
}

function readMetadata(value: Json | undefined = new Map()): Record<string, string> {
  // Without a prototype: a name that the file lacks is undefined, be it toString.
  const metadata: Record<string, string> = Object.create(null)
  if (!(value instanceof Map)) fail(op, `__metadata__ must be an object, got ${describe(value)}`)
  for (const [name, text] of value) {
    if (typeof text !== 'string')
      fail(op, `__metadata__ maps text to text, got ${describe(text)} for ${quote(name)}`)
    metadata[name] = text
  }
  return metadata
}

function readEntry(name: string, value: Json, bufferBytes: number): Entry {
  const refuse = (problem: string): never => fail(op, `tensor ${quote(name)}: ${problem}`)
  if (!(value instanceof Map)) return refuse(`wants an object that describes it, got ${describe(value)}`)
  checkFields(value, refuse)
  const format = readFormat(value.get('dtype'), refuse)
  const shape = value.get('shape')
  if (!isNaturals(shape)) return refuse(`its shape must be non-negative integers, got ${describe(shape)}`)
  const offsets = value.get('data_offsets')
  if (!isNaturals(offsets) || offsets.length !== 2)
    return refuse(`its data_offsets must be two non-negative integers, got ${describe(offsets)}`)
  const [begin, end] = offsets
  if (begin > end) refuse(`its data_offsets [${begin}, ${end}] are reversed`)
  if (end > bufferBytes)
    refuse(`it ends at byte ${end} of the buffer, which has ${bufferBytes}: is the file cut short?`)
  const bytes = countElements(shape, refuse) * format.bytes
  if (bytes !== end - begin)
    refuse(
      `shape ${excerpt(formatShape(shape))} of ${value.get('dtype')} takes ${bytes} bytes, its data_offsets [${begin}, ${end}] give ${end - begin}`,
    )
  return { name, shape, format, begin, end }
}

type Refuse = (problem: string) => never

function checkFields(entry: JsonObject, refuse: Refuse): void {
  const fields = ['dtype', 'shape', 'data_offsets']
  for (const field of fields) if (!entry.has(field)) refuse(`its ${field} is missing`)
  for (const field of entry.keys())
    if (!fields.includes(field)) refuse(`has an unknown field ${quote(field)} (want ${fields.join(', ')})`)
}

function readFormat(dtype: Json | undefined, refuse: Refuse): ElementFormat {
  return (
    readableFormats.get(typeof dtype === 'string' ? dtype : '') ??
    refuse(`dtype ${describe(dtype)} cannot be read (want one of ${[...readableFormats.keys()].join(', ')})`)
  )
}

/**
 * The number of elements of `shape`. An axis of length 0 leaves none, but does not excuse the others:
 * the strides must be numbers that JavaScript holds exactly too.
 */
function countElements(shape: Shape, refuse: Refuse): number {
  let bound = 1
  for (const length of shape) {
    bound *= Math.max(1, length)
    if (bound > Number.MAX_SAFE_INTEGER)
      refuse(`shape ${excerpt(formatShape(shape))} has more than 2^53 − 1 elements`)
  }
  return shape.includes(0) ? 0 : bound
}

/** Checks that each tensor begins where the one before it ends, from the buffer's first byte to its last. */
function checkCoverage(entries: readonly Entry[], bufferBytes: number): void {
  const inOrder = [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end)
  let previous = { name: '', end: 0 }
  for (const { name, begin, end } of inOrder) {
    if (begin < previous.end)
      fail(
        op,
        `tensors ${quote(previous.name)} and ${quote(name)} overlap: one ends at byte ${previous.end} of the buffer, the other begins at ${begin}`,
      )
    if (begin > previous.end)
      fail(op, `bytes ${previous.end} to ${begin} of the buffer, before ${quote(name)}, belong to no tensor`)
    previous = { name, end }
  }
  if (previous.end !== bufferBytes)
    fail(op, `bytes ${previous.end} to ${bufferBytes} of the buffer, its last, belong to no tensor`)
}

function isNaturals(value: Json | undefined): value is number[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'number' && item >= 0)
}

function describe(value: Json | undefined): string {
  if (value instanceof Map) return 'an object'
  return Array.isArray(value)
    ? excerpt(`[${value.map(describe).join(', ')}]`)
    : typeof value === 'string'
      ? quote(value)
      : String(value)
}
