import { readSafetensors, tensor, UnrollError, writeSafetensors } from '@unroll/tensor'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fileOf, rawFile } from './safetensors-file.js'

const runs = { seed: 11, numRuns: 3000 }

/** What reading the file is refused with; undefined when it is read. Any other error fails the test. */
function refusal(file: Uint8Array): string | undefined {
  try {
    readSafetensors(file)
    return undefined
  } catch (error) {
    if (!(error instanceof UnrollError)) throw error
    expect(error.message).toMatch(/^readSafetensors: /)
    expect(error.message.length).toBeLessThan(800)
    return error.message
  }
}

const word = { dtype: 'F32', shape: [1], data_offsets: [0, 4] }
const zeros = (count: number) => new Uint8Array(count)

describe('the header as a whole', () => {
  test.each<[string, Uint8Array, RegExp]>([
    ['no bytes', zeros(0), /cut short: it has 0 bytes/],
    ['7 bytes', zeros(7), /cut short: it has 7 bytes, and the length of its header takes 8/],
    ['a length of 0', rawFile(0n, []), /at character 0: wants \{, got the end/],
    [
      'a length beyond the file',
      rawFile(100n, [0x7b, 0x7d]),
      /its header takes 100 bytes, and it has 2 more/,
    ],
    [
      'a length beyond the limit',
      rawFile(100_000_001n, [0x7b, 0x7d]),
      /length is 100000001 bytes, and the limit is/,
    ],
    ['a length beyond 2^53', rawFile(2n ** 63n + 1n, [0x7b, 0x7d]), /length is 9223372036854775809 bytes/],
    ['a length of all ones', rawFile(2n ** 64n - 1n, [0x7b, 0x7d]), /length is 18446744073709551615 bytes/],
    [
      'a length that cuts the JSON',
      rawFile(1n, [0x7b, 0x7d]),
      /at character 1: wants a name in quotes, got the end/,
    ],
    ['bytes that are not UTF-8', rawFile(4n, [0x7b, 0x22, 0xff, 0x22]), /the header is not UTF-8/],
    ['an overlong NUL', rawFile(5n, [0x7b, 0x22, 0xc0, 0x80, 0x22]), /the header is not UTF-8/],
    ['a surrogate in UTF-8', rawFile(6n, [0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22]), /the header is not UTF-8/],
    ['a byte order mark', fileOf('\ufeff{}'), /at character 0: wants \{, got "\ufeff"/],
    ['padding before it', fileOf(' {}'), /at character 0: wants \{, got " "/],
    ['an array', fileOf('[]'), /at character 0: wants \{, got "\["/],
    ['a string', fileOf('"{}"'), /at character 0: wants \{, got "\\""/],
    ['no JSON', fileOf('{hello}'), /at character 1: wants a name in quotes, got "h"/],
    ['two objects', fileOf('{}{}'), /at character 2: wants nothing after the object, got "\{"/],
    ['NULs as padding', fileOf('{}\0\0'), /at character 2: wants nothing after the object, got "\\u0000"/],
    ['a comma too many', fileOf('{"w":{},}'), /at character 8: wants a name in quotes, got "\}"/],
    ['a comma too few', fileOf('{"w":{}"v":{}}'), /at character 7: wants \}, got "\\""/],
    ['no colon', fileOf('{"w" {}}'), /at character 5 \(inside "w"\): wants :, got "\{"/],
    ['no value', fileOf('{"w":}'), /at character 5 \(inside "w"\): wants a value, got "\}"/],
    ['an open quote', fileOf('{"w'), /wants a closing quote, got the end/],
    ['an open escape', fileOf('{"w\\'), /wants a closing quote, got the end/],
    [
      'an unknown escape',
      fileOf('{"\\x41":{}}'),
      /at character 1: a text holds a control character or an unknown/,
    ],
    ['a bare newline in a name', fileOf('{"a\nb":{}}'), /at character 1: a text holds a control character/],
    ['half a surrogate pair', fileOf('{"\\ud83d":{}}'), /"\\ud83d" holds half of a surrogate pair/],
    ['a comment', fileOf('{/**/}'), /wants a name in quotes, got "\/"/],
    ['NaN', fileOf('{"w":NaN}'), /wants a value, got "N"/],
    ['nested arrays', fileOf(`{"w":${'['.repeat(100_000)}`), /inside "w"\): values nest more than 3 deep/],
    [
      'nested objects',
      fileOf('{"w":'.repeat(100_000)),
      /inside "w", "w", "w"\): values nest more than 3 deep/,
    ],
  ])('%s', (_, file, message) => {
    expect(refusal(file)).toMatch(message)
  })

  test('what is not bytes', () => {
    for (const value of [undefined, 'file', new ArrayBuffer(16), [1, 2]])
      expect(() => readSafetensors(value as unknown as Uint8Array)).toThrow(
        /^readSafetensors: wants the bytes of a file as a Uint8Array, got \[object /,
      )
  })
})

describe('names', () => {
  const entry = JSON.stringify(word)
  test.each<[string, string, RegExp]>([
    ['twice', `{"w":${entry},"w":${entry}}`, /the name "w" stands twice/],
    ['twice, once by an escape', `{"w":${entry},"\\u0077":${entry}}`, /the name "w" stands twice/],
    ['twice, a field', `{"w":{"dtype":"F32","dtype":"I32"}}`, /inside "w"\): the name "dtype" stands twice/],
    ['twice, the metadata', `{"__metadata__":{},"__metadata__":{}}`, /the name "__metadata__" stands twice/],
    [
      'twice, inside',
      `{"__metadata__":{"a":"1","a":"2"}}`,
      /inside "__metadata__"\): the name "a" stands twice/,
    ],
    ['__proto__', `{"__proto__":${entry}}`, /the name __proto__ is not allowed/],
    ['__proto__ by an escape', `{"\\u005f_proto__":${entry}}`, /the name __proto__ is not allowed/],
    ['constructor', `{"constructor":${entry}}`, /the name constructor is not allowed/],
    ['prototype', `{"prototype":${entry}}`, /the name prototype is not allowed/],
    [
      '__proto__ in metadata',
      `{"__metadata__":{"__proto__":"a"}}`,
      /inside "__metadata__"\): the name __proto__/,
    ],
    ['__proto__ as a field', `{"w":{"__proto__":{}}}`, /inside "w"\): the name __proto__/],
  ])('%s', (_, header, message) => {
    expect(refusal(fileOf(header, zeros(4)))).toMatch(message)
  })

  test('a name of a megabyte does not make a message of one', () => {
    expect(refusal(fileOf({ ['w'.repeat(1e6)]: 1 }))).toMatch(/tensor "w{100}…": wants an object/)
  })
})

describe('metadata', () => {
  test.each<[string, unknown, RegExp]>([
    ['a number', { a: 1 }, /maps text to text, got 1 for "a"/],
    ['null', { a: null }, /maps text to text, got null for "a"/],
    ['an object', { a: {} }, /maps text to text, got an object for "a"/],
    ['text alone', 'a', /__metadata__ must be an object, got "a"/],
    ['null alone', null, /__metadata__ must be an object, got null/],
    ['a list', [], /__metadata__ must be an object, got \[\]/],
  ])('%s', (_, metadata, message) => {
    expect(refusal(fileOf({ __metadata__: metadata }))).toMatch(message)
  })
})

describe('the fields of a tensor', () => {
  test('the entry that the tables below damage is itself good', () => {
    expect(refusal(fileOf({ w: word }, zeros(4)))).toBeUndefined()
  })

  test.each<[string, unknown, RegExp]>([
    ['a number', 4, /tensor "w": wants an object that describes it, got 4/],
    ['a list', [[4]], /tensor "w": wants an object that describes it, got \[\[4\]\]/],
    ['no dtype', { ...word, dtype: undefined }, /tensor "w": its dtype is missing/],
    ['no shape', { ...word, shape: undefined }, /tensor "w": its shape is missing/],
    ['no offsets', { ...word, data_offsets: undefined }, /tensor "w": its data_offsets is missing/],
    [
      'another field',
      { ...word, strides: [1] },
      /tensor "w": has an unknown field "strides" \(want dtype, shape,/,
    ],
    [
      'a dtype not read',
      { ...word, dtype: 'F8_E4M3' },
      /tensor "w": dtype "F8_E4M3" cannot be read \(want one of I64/,
    ],
    ['a dtype in small letters', { ...word, dtype: 'f32' }, /tensor "w": dtype "f32" cannot be read/],
    ['an inherited dtype', { ...word, dtype: 'toString' }, /tensor "w": dtype "toString" cannot be read/],
    ['a dtype that is a number', { ...word, dtype: 32 }, /tensor "w": dtype 32 cannot be read/],
    [
      'a shape that is a number',
      { ...word, shape: 1 },
      /tensor "w": its shape must be non-negative integers, got 1/,
    ],
    [
      'a negative length',
      { ...word, shape: [-1] },
      /tensor "w": its shape must be non-negative integers, got \[-1\]/,
    ],
    ['a length in quotes', { ...word, shape: ['1'] }, /tensor "w": its shape must be .*got \["1"\]/],
    ['a length of null', { ...word, shape: [null] }, /tensor "w": its shape must be .*got \[null\]/],
    [
      'a fraction',
      { ...word, shape: [0.5] },
      /inside "w", "shape"\): wants an integer of at most 2\^53 − 1, got 0\.5/,
    ],
    ['a power of ten', { ...word, shape: [1e300] }, /inside "w", "shape"\): wants an integer .*got 1e\+300/],
    ['one offset', { ...word, data_offsets: [4] }, /tensor "w": its data_offsets must be two .*got \[4\]/],
    [
      'three offsets',
      { ...word, data_offsets: [0, 2, 4] },
      /tensor "w": its data_offsets must be two .*\[0, 2, 4\]/,
    ],
    [
      'a negative offset',
      { ...word, data_offsets: [-4, 0] },
      /tensor "w": its data_offsets must be two .*\[-4, 0\]/,
    ],
    [
      'offsets reversed',
      { ...word, data_offsets: [4, 0] },
      /tensor "w": its data_offsets \[4, 0\] are reversed/,
    ],
    [
      'offsets past the end',
      { ...word, data_offsets: [0, 8] },
      /it ends at byte 8 of the buffer, which has 4: is/,
    ],
    ['too few bytes', { ...word, shape: [2] }, /tensor "w": shape \[2\] of F32 takes 8 bytes, its .*give 4/],
    [
      'too many bytes',
      { ...word, dtype: 'F16' },
      /tensor "w": shape \[1\] of F16 takes 2 bytes, its .*give 4/,
    ],
    ['no elements, some bytes', { ...word, shape: [0] }, /tensor "w": shape \[0\] of F32 takes 0 bytes/],
    [
      'a terabyte',
      { ...word, shape: [2 ** 38] },
      /tensor "w": shape \[274877906944\] of F32 takes 1099511627776 bytes/,
    ],
    [
      'a product over 2^53',
      { ...word, shape: [2 ** 30, 2 ** 30] },
      /tensor "w": shape .* more than 2\^53 − 1 elements/,
    ],
    [
      'a product over 2^64',
      { ...word, shape: Array(5).fill(2 ** 52) },
      /tensor "w": shape .* more than 2\^53 − 1/,
    ],
    [
      'a product of infinity and 0',
      { ...word, shape: [...Array(50).fill(2 ** 52), 0] },
      /tensor "w": .* more than 2\^53/,
    ],
    [
      'an absurd rank',
      { ...word, shape: Array(1e5).fill(2) },
      /tensor "w": shape \[2, 2, .*… has more than 2\^53/,
    ],
  ])('%s', (_, entry, message) => {
    expect(refusal(fileOf({ w: entry }, zeros(4)))).toMatch(message)
  })

  test.each(['1.0', '1e0', '-0', '01', '+1', '0x1', '9007199254740993', '9'.repeat(40)])(
    'a length written %s, which one reader might take for what another does not',
    (length) => {
      const header = `{"w":{"dtype":"F32","shape":[${length}],"data_offsets":[0,4]}}`
      expect(refusal(fileOf(header, zeros(4)))).toMatch(/inside "w", "shape"\): wants /)
    },
  )
})

describe('the buffer', () => {
  const pair = (a: number[], b: number[], bytes: number) =>
    fileOf(
      {
        a: { dtype: 'BOOL', shape: [a[1] - a[0]], data_offsets: a },
        b: { dtype: 'BOOL', shape: [b[1] - b[0]], data_offsets: b },
      },
      zeros(bytes),
    )

  test.each<[string, Uint8Array, RegExp]>([
    ['covered', pair([0, 2], [2, 4], 4), /^undefined$/],
    [
      'covered twice',
      pair([0, 4], [0, 4], 4),
      /tensors "a" and "b" overlap: one ends at byte 4 .*begins at 0/,
    ],
    [
      'covered twice in part',
      pair([1, 4], [0, 2], 4),
      /tensors "b" and "a" overlap: one ends at byte 2 .*begins at 1/,
    ],
    ['an empty tensor inside another', pair([0, 4], [2, 2], 4), /tensors "a" and "b" overlap/],
    [
      'a gap at the start',
      pair([1, 2], [2, 4], 4),
      /bytes 0 to 1 of the buffer, before "a", belong to no tensor/,
    ],
    ['a gap between', pair([0, 1], [2, 4], 4), /bytes 1 to 2 of the buffer, before "b", belong to no tensor/],
    [
      'a gap at the end',
      pair([0, 1], [1, 3], 4),
      /bytes 3 to 4 of the buffer, its last, belong to no tensor/,
    ],
    ['no tensor at all', fileOf('{}', zeros(1)), /bytes 0 to 1 of the buffer, its last, belong to no tensor/],
  ])('%s', (_, file, message) => {
    expect(String(refusal(file))).toMatch(message)
  })

  test('BOOL other than 0 and 1', () => {
    const file = fileOf({ mask: { dtype: 'BOOL', shape: [3], data_offsets: [0, 3] } }, [0, 1, 2])
    expect(refusal(file)).toBe('readSafetensors: tensor "mask": element 2 is 2, neither 0 nor 1')
  })

  test.each([2n ** 31n, -(2n ** 31n) - 1n, 2n ** 32n, -(2n ** 63n), 2n ** 63n - 1n])('I64 %s', (value) => {
    const buffer = new Uint8Array(16)
    new DataView(buffer.buffer).setBigInt64(8, value, true)
    const file = fileOf({ ids: { dtype: 'I64', shape: [2], data_offsets: [0, 16] } }, buffer)
    expect(refusal(file)).toBe(
      `readSafetensors: tensor "ids": element 1 is ${value}, out of the range of int32`,
    )
  })
})

describe('damage to a good file', () => {
  const good = writeSafetensors(
    {
      'layer.weight': tensor([1, 2, 3, 4, 5, 6], { shape: [2, 3] }),
      ids: tensor([1, -1], { dtype: 'int32' }),
      steps: tensor(3, { dtype: 'int32' }),
      mask: tensor([true, false, true]),
      empty: tensor([], { shape: [0, 4] }),
    },
    { metadata: { format: 'pt', note: 'a "b" \\ é' }, dtypes: { steps: 'I64' } },
  )
  const headerEnd = 8 + Number(new DataView(good.buffer).getBigUint64(0, true))
  const goodHeader = new TextDecoder().decode(good.subarray(8, headerEnd))

  test('cut short anywhere, it is refused', () => {
    expect(refusal(good)).toBeUndefined()
    for (let length = 0; length < good.length; length++)
      expect(refusal(good.subarray(0, length)), `at ${length} bytes`).toBeDefined()
  })

  test('a byte more, it is refused', () => {
    expect(refusal(Uint8Array.of(...good, 0))).toMatch(/its last, belong to no tensor/)
  })

  test('with bytes changed, put in and taken out, it is read or refused', () => {
    const change = fc.record({
      at: fc.oneof(fc.nat(good.length - 1), fc.integer({ min: 8, max: headerEnd })),
      kind: fc.constantFrom('set', 'insert', 'remove'),
      byte: fc.oneof(fc.nat(255), fc.constantFrom(...new TextEncoder().encode('{}[],:"\\-0123456789 '))),
    })
    const outcomes = { read: 0, refused: 0 }
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 2 }), (changes) => {
        const bytes = [...good]
        for (const { at, kind, byte } of changes)
          bytes.splice(at, kind === 'insert' ? 0 : 1, ...(kind === 'remove' ? [] : [byte]))
        outcomes[refusal(Uint8Array.from(bytes)) === undefined ? 'read' : 'refused']++
      }),
      runs,
    )
    expect(outcomes.read).toBeGreaterThan(50)
    expect(outcomes.refused).toBeGreaterThan(50)
  })

  test('with parts of the header put elsewhere, what is read is what JSON.parse reads in it', () => {
    const tokens = goodHeader.match(/"(?:[^"\\]|\\.)*"|\d+|[{}[\],:]/g) ?? []
    const others = '0 1 -1 8 1e1 99999999999999999999 null true "w" "F16"'.split(' ')
    const change = fc.record({
      at: fc.nat(tokens.length - 1),
      token: fc.oneof(fc.constantFrom(...tokens), fc.constantFrom(...others)),
      removed: fc.nat({ max: 1 }),
    })
    let read = 0
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 2 }), (changes) => {
        const changed = [...tokens]
        for (const { at, token, removed } of changes) changed.splice(at, removed, token)
        const header = changed.join('')
        const file = fileOf(header, good.subarray(headerEnd))
        if (refusal(file) !== undefined) return
        read++
        const { tensors, metadata } = readSafetensors(file)
        const { __metadata__ = {}, ...entries } = JSON.parse(header)
        expect(metadata).toEqual(__metadata__)
        expect(Object.keys(tensors)).toEqual(Object.keys(entries))
        for (const [name, { shape }] of Object.entries<{ shape: number[] }>(entries))
          expect(tensors[name].shape).toEqual(shape)
      }),
      runs,
    )
    expect(read).toBeGreaterThan(50)
  })
})
