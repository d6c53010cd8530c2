import type { Kernels, Strided } from '@unroll/tensor'
import type { Maker } from '../../../../../test/support/makers/makers.js'
import type { MapName } from '../../../src/kernels/kernels.js'
import { maps } from '../../../src/kernels/reference/functions.js'
import { elementsOf } from '../elements-of.js'
import { expectNear } from '../kernel-case.js'
import { familyOf, mapScales } from './elementwise.js'

/** The functions in float64: the reference's, but for the sign of a zero. */
export const truth: Readonly<Record<MapName, (x: number) => number>> = {
  ...maps,
  erf: (x) => (x === 0 ? x : maps.erf(x)),
  gelu: (x) => (x < -40 ? -0 : maps.gelu(x)),
  geluTanh: (x) => (x < -40 ? -0 : maps.geluTanh(x)),
}

// biome-ignore format: of one kind each
/** Where something changes. */
const special = [
  0, 1, 2 ** -149, 2 ** -126, 2 ** -126 - 2 ** -149, 3.4028234663852886e38, Number.POSITIVE_INFINITY,
  2 ** -25, 0.9, Math.SQRT1_2, Math.SQRT2, 88.72283, 88.72284, 88, 87.33654, 103.97208, 103.97209,
  Math.PI / 4, Math.PI / 2, Math.PI, 2 ** 20 - 0.0625, 2 ** 20, 2 ** 24, 2 ** 30, 14.2, 10.05, 9.01, 17.3, 104.1,
]

/** Floats of every sign and exponent, by taking one in `step` of all bit patterns; the special ones; and NaN. */
export function sampled(step: number): Float32Array {
  const bits = new Uint32Array(Math.ceil(2 ** 32 / step)).map((_, i) => i * step)
  const floats = new Float32Array(bits.buffer)
  floats.set([...special, ...special.map((x) => -x), Number.NaN])
  return floats
}

/** A prime. */
const floats = sampled(262_147)

/** Of results this small only that they are small is asked: a share of x may be nothing, to a device. */
const nothing = 2 ** -118

/**
 * A function of one number is as near as the maker's tolerance says for any float, however large or small; its sine up to
 * 2²⁴, from where on floats are two and more apart.
 */
export async function checkOverAllFloats(maker: Maker, kernels: Kernels, name: MapName): Promise<void> {
  const f = truth[name]
  const x = floats.filter(
    (value) =>
      !(value !== 0 && Math.abs(value) < maker.smallest) &&
      !(name in periodic && Math.abs(value) > 2 ** 24) &&
      (maker.keepsNonFinite || Number.isFinite(f(value))),
  )
  const got = await elementsOf(kernels[name](vector(x)))
  const want = Float64Array.from(x, f)
  const near = got.map((value, i) =>
    Math.abs(want[i]) < nothing && Math.abs(value) < nothing ? want[i] : value,
  )
  const scale = mapScales[name]
  expectNear(maker, familyOf(name), name, near, want, scale && want.map((y, i) => scale(x[i], y)))
}

const periodic = { sin: true, cos: true }

function vector(data: Float32Array): Strided {
  return { storage: { data }, shape: [data.length], strides: [1], offset: 0 }
}
