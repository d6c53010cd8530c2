import { readSafetensors } from '@unroll/tensor'
import { expect, test } from 'vitest'
import { fileOf } from './safetensors-file.js'

const patterns = Array.from({ length: 0x10000 }, (_, bits) => bits)

/** Every pattern of 16 bits, read as `dtype`. */
function readAll(dtype: string): Float32Array {
  const buffer = Uint8Array.from(patterns.flatMap((bits) => [bits & 0xff, bits >> 8]))
  const { x } = readSafetensors(
    fileOf({ x: { dtype, shape: [0x10000], data_offsets: [0, 0x20000] } }, buffer),
  ).tensors
  expect(x.dtype).toBe('float32')
  return x.data as Float32Array
}

test('F16: all patterns are the float32 whose bits they widen to', () => {
  const bits = Uint32Array.from(patterns, widenedBits)
  expect(readAll('F16')).toEqual(new Float32Array(bits.buffer))
})

test('F16: the limits that the standard gives', () => {
  const x = readAll('F16')
  expect(x[0x0001]).toBe(2 ** -24) // the smallest
  expect(x[0x03ff]).toBe(2 ** -14 - 2 ** -24) // the largest subnormal
  expect(x[0x0400]).toBe(2 ** -14) // the smallest normal
  expect(x[0x7bff]).toBe(65504) // the largest
  expect(x[0x7c00]).toBe(Infinity)
  expect(x[0xfc00]).toBe(-Infinity)
  expect(x[0x7c01]).toBeNaN()
  expect(x[0x8000]).toBe(-0)
})

test('BF16: all patterns are the number that their sign, exponent and fraction give', () => {
  const expected = Float32Array.from(patterns, (bits) => {
    const sign = bits >> 15 ? -1 : 1
    const exponent = (bits >> 7) & 0xff
    const fraction = bits & 0x7f
    if (exponent === 0xff) return fraction ? Number.NaN : sign * Infinity
    return sign * (exponent === 0 ? fraction : fraction + 0x80) * 2 ** (Math.max(exponent, 1) - 127 - 7)
  })
  expect(readAll('BF16')).toEqual(expected)
})

/** The bits of the float32 equal to a half, by integers alone: a subnormal is shifted until it leads with a 1. */
function widenedBits(half: number): number {
  const sign = (half & 0x8000) << 16
  let exponent = (half >> 10) & 31
  let fraction = half & 1023
  if (exponent === 31) return (sign | (255 << 23) | (fraction << 13)) >>> 0
  if (exponent === 0) {
    if (fraction === 0) return sign >>> 0
    exponent = 1
    while (!(fraction & 1024)) {
      fraction <<= 1
      exponent--
    }
    fraction &= 1023
  }
  return (sign | ((exponent + 112) << 23) | (fraction << 13)) >>> 0
}
