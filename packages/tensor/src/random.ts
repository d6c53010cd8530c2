import { xoroshiro128plus, xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus'
import { allocate, type DType } from './dtype.js'
import { fail } from './errors.js'
import { Tensor } from './methods.js'
import { checkShape, type Shape, sizeOf } from './shape.js'

export interface RandomOptions {
  /** Default: float32. */
  dtype?: DType
}

/**
 * A seeded source of random numbers: the same seed gives the same bits, on every machine. All
 * randomness in Unroll is drawn from one that is handed in. The bits are xoroshiro128+'s.
 */
export class Random {
  #bits: ReturnType<typeof xoroshiro128plus>

  /** @throws UnrollError when the seed is not an integer of 32 bits. */
  constructor(seed: number) {
    if (!Number.isInteger(seed) || seed < -(2 ** 31) || seed >= 2 ** 32)
      fail('Random', `wants a seed that is an integer of 32 bits, got ${seed}`)
    this.#bits = xoroshiro128plus(seed | 0)
    // The first outputs of neighbouring seeds resemble each other.
    for (let i = 0; i < 16; i++) this.#bits.next()
  }

  /** Where the generator stands: four 32-bit integers. Setting it goes on from there, bit for bit. */
  get state(): readonly number[] {
    return this.#bits.getState()
  }

  set state(state: readonly number[]) {
    if (state.length !== 4 || !state.every((word) => Number.isInteger(word) && word === (word | 0)))
      fail('Random', `wants a state of four 32-bit integers, got [${state.join(', ')}]`)
    if (state.every((word) => word === 0)) fail('Random', 'a state of zeros gives nothing but zeros')
    this.#bits = xoroshiro128plusFromState(state)
  }

  /** A number in [0, 1), of 53 random bits. */
  next(): number {
    const high = this.#bits.next() >>> 5
    const low = this.#bits.next() >>> 6
    return (high * 2 ** 26 + low) / 2 ** 53
  }

  /** An integer in 0 … bound − 1, each equally likely. */
  integer(bound: number): number {
    if (!Number.isSafeInteger(bound) || bound < 1)
      fail('Random.integer', `wants a positive integer bound, got ${bound}`)
    return Math.floor(this.next() * bound)
  }

  /** A number from the standard normal distribution (Box & Muller 1958). */
  gaussian(): number {
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next())
  }

  /** A tensor of numbers in [low, high). */
  uniform(shape: Shape, low = 0, high = 1, options: RandomOptions = {}): Tensor {
    if (!(low <= high)) fail('uniform', `wants low ≤ high, got ${low} and ${high}`)
    return this.#tensor('uniform', shape, options, () => low + (high - low) * this.next())
  }

  /** A tensor of normally distributed numbers. */
  normal(shape: Shape, mean = 0, std = 1, options: RandomOptions = {}): Tensor {
    if (!(std >= 0)) fail('normal', `wants a standard deviation ≥ 0, got ${std}`)
    return this.#tensor('normal', shape, options, () => mean + std * this.gaussian())
  }

  /** A tensor of ones with probability p, and zeros. */
  bernoulli(shape: Shape, p = 0.5, options: RandomOptions = {}): Tensor {
    if (!(p >= 0 && p <= 1)) fail('bernoulli', `wants a probability, got ${p}`)
    return this.#tensor('bernoulli', shape, options, () => +(this.next() < p))
  }

  /** The numbers 0 … n − 1 in random order, as int32 (Durstenfeld's shuffle). */
  permutation(n: number): Tensor {
    checkShape('permutation', [n])
    const order = Int32Array.from({ length: n }, (_, i) => i)
    for (let i = n - 1; i > 0; i--) {
      const j = this.integer(i + 1)
      const picked = order[j]
      order[j] = order[i]
      order[i] = picked
    }
    return Tensor.from(order, [n])
  }

  #tensor(op: string, shape: Shape, { dtype = 'float32' }: RandomOptions, draw: () => number): Tensor {
    const data = allocate(dtype, sizeOf(checkShape(op, shape)))
    for (let i = 0; i < data.length; i++) data[i] = draw()
    return Tensor.from(data, shape)
  }
}
