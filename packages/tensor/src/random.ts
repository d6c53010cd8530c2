import { xoroshiro128plus, xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus'
import { allocate, checkDType, type DType, isFloat } from './dtype.js'
import { fail } from './errors.js'
import { undoable } from './journal.js'
import { tracer } from './kernels/active.js'
import { Tensor } from './methods.js'
import { checkShape, type Shape, sizeOf } from './shape.js'

export interface RandomOptions {
  /** Default: float32. */
  dtype?: DType
}

/**
 * A seeded source of random numbers: the same seed gives the same bits, on every machine. (Normal
 * numbers go through `Math.log` and `Math.cos`, whose last digit is the engine's to choose.) All
 * randomness in Unroll is drawn from one that is handed in. The bits are xoroshiro128+'s.
 */
export class Random {
  #bits: Bits

  /** @throws UnrollError when the seed is not an integer of 32 bits. */
  constructor(seed: number) {
    if (!Number.isInteger(seed) || seed < -(2 ** 31) || seed >= 2 ** 32)
      fail('Random', `wants a seed that is an integer of 32 bits, got ${seed}`)
    this.#bits = bitsFrom(seed)
    // A generator that a step makes is a new one in every replay.
    tracer()?.effect(() => {
      this.#bits = bitsFrom(seed)
    })
  }

  /** Where the generator stands: four 32-bit integers. Setting it goes on from there, bit for bit. */
  get state(): readonly number[] {
    return this.#bits.getState()
  }

  set state(state: readonly number[]) {
    if (
      !Array.isArray(state) ||
      state.length !== 4 ||
      !state.every((word) => Number.isInteger(word) && word === (word | 0))
    )
      fail('Random', `wants a state of four 32-bit integers, got ${JSON.stringify(state)}`)
    if (state.every((word) => word === 0)) fail('Random', 'a state of zeros gives nothing but zeros')
    tracer()?.refuse(
      'Random',
      'its state is set in a step that is being compiled, and a replay would not do that; set it between the calls',
    )
    undoable(this, this.#remember)
    this.#bits = xoroshiro128plusFromState(state)
  }

  /** A number in [0, 1), of 53 random bits. */
  next(): number {
    tracer()?.refuse(
      'Random',
      'a number is drawn on the host, and would be the same in every replay; draw a tensor',
    )
    undoable(this, this.#remember)
    const high = this.#bits.next() >>> 5
    const low = this.#bits.next() >>> 6
    return (high * 2 ** 26 + low) / 2 ** 53
  }

  readonly #remember = () => {
    const { state } = this
    return () => {
      this.state = state
    }
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

  /** A tensor of floats in [low, high). */
  uniform(shape: Shape, low = 0, high = 1, options: RandomOptions = {}): Tensor {
    if (!(low <= high && Number.isFinite(high - low)))
      fail('uniform', `wants finite low ≤ high, got ${low} and ${high}`)
    const round = checkFloat('uniform', options) === 'float32' ? Math.fround : (x: number) => x
    return this.#tensor('uniform', shape, options, () => {
      const x = round(low + (high - low) * this.next())
      return x < high ? x : low // rounding may have reached `high`
    })
  }

  /** A tensor of normally distributed floats. */
  normal(shape: Shape, mean = 0, std = 1, options: RandomOptions = {}): Tensor {
    if (!(std >= 0 && Number.isFinite(mean) && Number.isFinite(std)))
      fail('normal', `wants a finite mean and a finite standard deviation ≥ 0, got ${mean} and ${std}`)
    checkFloat('normal', options)
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
    const size = sizeOf(checkShape(op, shape))
    checkDType(op, dtype)
    const drawn = () => {
      const data = allocate(dtype, size)
      for (let i = 0; i < size; i++) data[i] = draw()
      return data
    }
    return tracer()?.fed(shape, dtype, drawn) ?? Tensor.fromRule(drawn(), shape)
  }
}

type Bits = ReturnType<typeof xoroshiro128plus>

function bitsFrom(seed: number): Bits {
  const bits = xoroshiro128plus(seed | 0)
  // The first outputs of neighbouring seeds resemble each other.
  for (let i = 0; i < 16; i++) bits.next()
  return bits
}

function checkFloat(op: string, { dtype = 'float32' }: RandomOptions): DType {
  if (!isFloat(checkDType(op, dtype))) fail(op, `gives floats, not ${dtype}`)
  return dtype
}
