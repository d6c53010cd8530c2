import { readSafetensors, type StoredDType, Tensor, tensor, writeSafetensors, zeros } from '@unroll/tensor'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fileOf } from './safetensors-file.js'

const runs = { seed: 7, numRuns: 300 }

const text = fc.string({ unit: 'binary' })

const name = fc
  .oneof(
    text,
    fc.constantFrom('weight_ih_l0', 'say "hi"\n\\', '10', '2', 'é', '🐋', 'toString', 'valueOf', ''),
  )
  .filter((s) => !['__metadata__', '__proto__', 'constructor', 'prototype'].includes(s))

const special = fc.constantFrom(-0, Infinity, -Infinity, Number.NaN)

const elements = {
  bool: fc.boolean().map(Number),
  int32: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  float32: fc.oneof(fc.float(), special),
  float64: fc.oneof(fc.double(), special),
}

/** Views of tensors of every dtype, of rank 0 to 3, empty ones too: permuted, and sliced backwards. */
const anyTensor = fc
  .record({
    dtype: fc.constantFrom('bool' as const, 'int32' as const, 'float32' as const, 'float64' as const),
    shape: fc.array(fc.nat({ max: 4 }), { maxLength: 3 }),
    order: fc.infiniteStream(fc.nat()),
    step: fc.constantFrom(1, 2, -1),
  })
  .chain(({ dtype, shape, order, step }) => {
    const size = shape.reduce((a, b) => a * b, 1)
    const keys = [...order.take(shape.length)]
    const axes = shape.map((_, axis) => axis).sort((a, b) => keys[a] - keys[b])
    return fc.array(elements[dtype], { minLength: size, maxLength: size }).map((values) => {
      const permuted = tensor(values, { dtype, shape }).permute(axes)
      return shape.length ? permuted.slice([null, null, step]) : permuted
    })
  })

describe('a file put together by hand', () => {
  const header =
    '{"__metadata__":{"format":"pt"},"f":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},' +
    '"b":{"dtype":"BOOL","shape":[],"data_offsets":[8,9]}} '
  const buffer = [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0, 1]
  const file = fileOf(header, buffer)

  test('is read', () => {
    const { tensors, metadata } = readSafetensors(file)
    expect(Object.keys(tensors)).toEqual(['f', 'b'])
    expect(tensors.f.dtype).toBe('float32')
    expect(tensors.f.toArray()).toEqual([1, -2])
    expect(tensors.b.toArray()).toBe(true)
    expect(metadata).toEqual({ format: 'pt' })
  })

  test('is what writing gives, byte for byte', () => {
    const written = writeSafetensors({ b: tensor(true), f: tensor([1, -2]) }, { metadata: { format: 'pt' } })
    const padded = header.trimEnd().padEnd(Math.ceil(header.trimEnd().length / 8) * 8, ' ')
    expect(written).toEqual(fileOf(padded, buffer))
  })

  test('is read where it lies: in a Node Buffer, at an odd offset, in shared memory', () => {
    const odd = new Uint8Array(file.length + 5)
    odd.set(file, 3)
    const shared = new Uint8Array(new SharedArrayBuffer(file.length))
    shared.set(file)
    for (const bytes of [Buffer.from(file), odd.subarray(3, 3 + file.length), shared])
      expect(readSafetensors(bytes).tensors.f.toArray()).toEqual([1, -2])
  })

  test('does not change with what is read from it', () => {
    const bytes = Buffer.from(file)
    const { tensors } = readSafetensors(bytes)
    bytes.fill(0)
    expect(tensors.f.toArray()).toEqual([1, -2])
    tensors.f.fill(5)
    expect(bytes.every((byte) => byte === 0)).toBe(true)
    expect(tensors.f.storage.data.buffer.byteLength).toBe(8)
  })

  test('has no tensor but its own', () => {
    const { tensors, metadata } = readSafetensors(file)
    expect(tensors.toString).toBeUndefined()
    expect(metadata.constructor).toBeUndefined()
  })
})

describe('reading', () => {
  const read = (dtype: string, bytes: readonly number[], shape: readonly number[]) =>
    readSafetensors(fileOf({ x: { dtype, shape, data_offsets: [0, bytes.length] } }, bytes)).tensors.x

  test.each([
    ['F32', [0, 0, 0xc0, 0x7f, 0, 0, 0x80, 0xff], 'float32', [Number.NaN, -Infinity]],
    ['F64', [0, 0, 0, 0, 0, 0, 0xf8, 0x3f, 0, 0, 0, 0, 0, 0, 0, 0x80], 'float64', [1.5, -0]],
    ['I32', [0xff, 0xff, 0xff, 0x7f, 0xfe, 0xff, 0xff, 0xff], 'int32', [2 ** 31 - 1, -2]],
    ['I64', [0, 0, 0, 0x80, 0xff, 0xff, 0xff, 0xff, 7, 0, 0, 0, 0, 0, 0, 0], 'int32', [-(2 ** 31), 7]],
    ['BOOL', [0, 1], 'bool', [false, true]],
    ['F16', [0, 0x3c, 1, 0], 'float32', [1, 2 ** -24]],
    ['BF16', [0x80, 0x3f, 0x49, 0xc0], 'float32', [1, -3.140625]],
  ])('%s', (dtype, bytes, expected, values) => {
    const x = read(dtype, bytes, [2])
    expect(x.dtype).toBe(expected)
    expect(x.toArray()).toEqual(values)
  })

  test('tensors without elements and scalars', () => {
    expect(read('F64', [], [3, 0, 2]).shape).toEqual([3, 0, 2])
    expect(read('I32', [9, 0, 0, 0], []).item()).toBe(9)
  })

  test('a file of nothing', () => {
    expect(readSafetensors(fileOf('{}'))).toEqual({ tensors: {}, metadata: {} })
  })

  test('tensors in any order of offsets, at offsets that no alignment knows of', () => {
    const { tensors } = readSafetensors(
      fileOf(
        {
          late: { dtype: 'F32', shape: [1], data_offsets: [1, 5] },
          none: { dtype: 'F32', shape: [0], data_offsets: [1, 1] },
          soon: { dtype: 'BOOL', shape: [1], data_offsets: [0, 1] },
        },
        [1, 0, 0, 0x20, 0x41],
      ),
    )
    expect(Object.keys(tensors)).toEqual(['late', 'none', 'soon'])
    expect(tensors.late.toArray()).toEqual([10])
    expect(tensors.none.shape).toEqual([0])
    expect(tensors.soon.toArray()).toEqual([true])
  })

  test('names written with escapes, and white space between the parts', () => {
    const header =
      '{ "\\u00e9\\ud83d\\udc0b\\"" :\n{"shape" : [ ],\t"data_offsets":[0 , 1],\r"dtype":"BOOL"} }  '
    expect(readSafetensors(fileOf(header, [1])).tensors['é🐋"'].item()).toBe(1)
  })
})

describe('writing', () => {
  test('what was written is read back: names, values, shapes, dtypes and metadata', () => {
    fc.assert(
      fc.property(fc.dictionary(name, anyTensor), fc.dictionary(name, text), (tensors, metadata) => {
        const back = readSafetensors(writeSafetensors(tensors, { metadata }))
        expect(Object.entries(back.metadata).sort()).toEqual(Object.entries(metadata).sort())
        expect(Object.keys(back.tensors).sort()).toEqual(Object.keys(tensors).sort())
        for (const [key, x] of Object.entries(tensors)) {
          expect(back.tensors[key].shape).toEqual(x.shape)
          expect(back.tensors[key].data).toStrictEqual(x.data) // so of one dtype; and -0 is not 0
        }
      }),
      runs,
    )
  })

  test('lays elements at multiples of their size, and the header at one of 8', () => {
    fc.assert(
      fc.property(fc.dictionary(name, anyTensor), (tensors) => {
        const file = writeSafetensors(tensors)
        const length = Number(new DataView(file.buffer).getBigUint64(0, true))
        const header: Record<string, { dtype: string; data_offsets: [number, number] }> = JSON.parse(
          new TextDecoder().decode(file.subarray(8, 8 + length)),
        )
        expect(length % 8).toBe(0)
        const size: Record<string, number> = { F64: 8, F32: 4, I32: 4, BOOL: 1 }
        for (const { dtype, data_offsets } of Object.values(header))
          expect(data_offsets[0] % size[dtype]).toBe(0)
      }),
      runs,
    )
  })

  test('the same tensors give the same bytes, in whatever order they are named and laid out', () => {
    const a = tensor([
      [1, 2],
      [3, 4],
    ])
    const transposed = tensor([
      [1, 3],
      [2, 4],
    ]).permute([1, 0])
    const i = tensor([1], { dtype: 'int32' })
    const one = writeSafetensors({ a, i, 10: i }, { metadata: { x: '1', y: '2' } })
    const other = writeSafetensors({ 10: i, i, a: transposed }, { metadata: { y: '2', x: '1' } })
    expect(other).toEqual(one)
  })

  test('larger elements first, then the dtypes and the names in order', () => {
    const int = tensor([1], { dtype: 'int32' })
    const tensors = {
      o: tensor(true),
      i: int,
      b: tensor(1),
      a: tensor(1),
      l: int,
      d: tensor(1, { dtype: 'float64' }),
    }
    const { tensors: back } = readSafetensors(writeSafetensors(tensors, { dtypes: { l: 'I64' } }))
    expect(Object.keys(back)).toEqual(['l', 'd', 'a', 'b', 'i', 'o'])
  })

  test('a view is written as the elements it shows', () => {
    const x = tensor([0, 1, 2, 3, 4, 5], { shape: [2, 3] })
    const views = {
      transposed: x.transpose(),
      row: x.slice(1),
      repeated: tensor([7]).expand([3]),
    }
    const { tensors } = readSafetensors(writeSafetensors(views))
    expect(tensors.transposed.toArray()).toEqual([
      [0, 3],
      [1, 4],
      [2, 5],
    ])
    expect(tensors.row.toArray()).toEqual([3, 4, 5])
    expect(tensors.repeated.toArray()).toEqual([7, 7, 7])
  })
})

describe('writing as another dtype', () => {
  const write = (x: Tensor, stored: StoredDType) => {
    const file = writeSafetensors({ x }, { dtypes: { x: stored } })
    expect(new TextDecoder().decode(file)).toContain(`"dtype":"${stored}"`)
    return readSafetensors(file).tensors.x
  }

  test('int32 as I64 is exact', () => {
    const values = [0, 1, -1, 2 ** 31 - 1, -(2 ** 31)]
    const back = write(tensor(values, { dtype: 'int32' }), 'I64')
    expect(back.data).toEqual(Int32Array.from(values))
  })

  test('bool as numbers, int32 and float32 as F64, are exact', () => {
    for (const stored of ['I32', 'I64', 'F32', 'F64'] as const)
      expect(write(tensor([true, false]), stored).toArray()).toEqual([1, 0])
    expect(write(tensor([2 ** 31 - 1], { dtype: 'int32' }), 'F64').toArray()).toEqual([2 ** 31 - 1])
    expect(write(tensor([0.1]), 'F64').toArray()).toEqual([Math.fround(0.1)])
  })

  test('float64 as F32 is rounded to the nearest, and is refused where it would become infinite', () => {
    const double = (...values: number[]) => tensor(values, { dtype: 'float64' })
    expect(write(double(0.1, -Infinity, Number.NaN), 'F32').data).toEqual(
      Float32Array.of(0.1, -Infinity, Number.NaN),
    )
    expect(() => write(double(1, 1e300), 'F32')).toThrow(
      'writeSafetensors: tensor "x": element 1 is 1e+300, out of the range of F32',
    )
  })

  test.each<[StoredDType, Tensor, string]>([
    ['I64', tensor([1.5]), 'I64 does not hold float32'],
    ['I32', tensor([1], { dtype: 'float64' }), 'I32 does not hold float64'],
    ['F32', tensor([1], { dtype: 'int32' }), 'F32 does not hold int32'],
    ['BOOL', tensor([1], { dtype: 'int32' }), 'BOOL does not hold int32'],
    ['F16' as StoredDType, tensor([1]), 'stored dtypes are I64, F64, F32, I32, BOOL, got F16'],
    ['toString' as StoredDType, tensor([1]), 'stored dtypes are I64, F64, F32, I32, BOOL, got toString'],
  ])('as %s: refuses %s', (stored, x, message) => {
    expect(() => write(x, stored)).toThrow(`writeSafetensors: tensor "x": ${message}`)
  })

  test('refuses a dtype for a tensor that is not there', () => {
    expect(() => writeSafetensors({ x: zeros([1]) }, { dtypes: { y: 'F64' } })).toThrow(
      'writeSafetensors: dtypes names "y", and no tensor has that name',
    )
  })

  test('does not take an inherited property for a dtype', () => {
    const file = writeSafetensors({ valueOf: zeros([1]) }, { dtypes: {} })
    expect(Object.keys(readSafetensors(file).tensors)).toEqual(['valueOf'])
  })
})

describe('writing refuses', () => {
  const x = zeros([1])
  const named = (key: string) => Object.fromEntries([[key, x]])

  test.each<[string, () => Uint8Array, RegExp]>([
    [
      'the name of the metadata',
      () => writeSafetensors(named('__metadata__')),
      /the name __metadata__ is kept/,
    ],
    ['__proto__', () => writeSafetensors(named('__proto__')), /the name __proto__ is not allowed/],
    ['constructor', () => writeSafetensors(named('constructor')), /the name constructor is not allowed/],
    ['prototype', () => writeSafetensors(named('prototype')), /the name prototype is not allowed/],
    ['half a character', () => writeSafetensors(named('\ud83d')), /"\\ud83d" holds half of a surrogate pair/],
    [
      'metadata that is not text',
      () => writeSafetensors({ x }, { metadata: { step: 3 as unknown as string } }),
      /metadata is text, got number for "step"/,
    ],
    [
      'metadata of a forbidden name',
      () => writeSafetensors({ x }, { metadata: Object.fromEntries([['__proto__', 'a']]) }),
      /metadata: the name __proto__ is not allowed/,
    ],
    [
      'metadata that is not Unicode',
      () => writeSafetensors({ x }, { metadata: { a: '\udc0b' } }),
      /metadata: the text "\\udc0b" holds half of a surrogate pair/,
    ],
    ['what is not a tensor', () => writeSafetensors({ x: [1] as unknown as Tensor }), /"x" is not a Tensor/],
    [
      'a Map of tensors, which would be stored as nothing',
      () => writeSafetensors(new Map([['x', x]]) as unknown as Record<string, Tensor>),
      /tensors must be a plain object, got \[object Map\]/,
    ],
    [
      'a list of tensors',
      () => writeSafetensors([x] as unknown as Record<string, Tensor>),
      /tensors must be a plain object, got \[object Array\]/,
    ],
    [
      'nothing',
      () => writeSafetensors(undefined as unknown as Record<string, Tensor>),
      /tensors must be a plain object, got \[object Undefined\]/,
    ],
    [
      'a truth value other than 0 and 1',
      () => writeSafetensors({ x: Tensor.from(Uint8Array.of(1, 2), [2]) }),
      /tensor "x": element 1 is 2, neither 0 nor 1/,
    ],
    [
      'a header over the limit of readers',
      () => writeSafetensors({ x }, { metadata: { a: 'a'.repeat(100_000_000) } }),
      /the header takes 1000000\d\d bytes, and readers' limit is 100000000/,
    ],
  ])('%s', (_, write, message) => {
    expect(write).toThrow(new RegExp(`^writeSafetensors: .*${message.source}`))
  })
})
