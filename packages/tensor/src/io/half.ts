/**
 * The number that 16 bits stand for in IEEE 754's binary16: a sign, 5 bits of exponent e, 10 bits of fraction f.
 * A float32 holds each of them exactly.
 */
export function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const e = (bits >> 10) & 0x1f
  const f = (bits & 0x3ff) / 0x400
  if (e === 0x1f) return f === 0 ? sign * Infinity : NaN
  if (e === 0) return sign * f * 2 ** -14 // subnormal: no leading 1
  return sign * (1 + f) * 2 ** (e - 15)
}

/** The number that 16 bits stand for in bfloat16: those of a float32 whose lower 16 bits are 0. */
export function fromBfloat16(bits: number): number {
  scratch.setUint32(0, bits << 16)
  return scratch.getFloat32(0)
}

const scratch = new DataView(new ArrayBuffer(4))
