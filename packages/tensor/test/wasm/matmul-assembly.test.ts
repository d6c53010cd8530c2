import { Random } from '@unroll/tensor'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Engine, localEngine } from '../../src/kernels/wasm/engine.js'

const engine = localEngine() as Engine
const { exports } = engine

/** What lies where nothing is to be written. */
const untouched = 12345

const lengths = fc.record({
  M: fc.integer({ min: 1, max: 21 }),
  N: fc.integer({ min: 1, max: 70 }),
  K: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constantFrom(513, 1030)),
  seed: fc.nat(),
})

/** Puts normal numbers into memory. */
function numbers(rng: Random, length: number): number {
  const pointer = engine.reserve(length * 4 + 32)
  engine.f32.set(rng.normal([length]).data as Float32Array, pointer >> 2)
  return pointer
}

/** Room for `length` floats, with some before and behind, by which it is known whether others were written. */
function room(length: number): number {
  const pointer = engine.reserve(length * 4 + 64) + 32
  engine.f32.fill(untouched, (pointer >> 2) - 8, (pointer >> 2) + length + 8)
  return pointer
}

function take(pointer: number, length: number): Float32Array {
  expect(engine.read(pointer - 32, 8)).toEqual(new Float32Array(8).fill(untouched))
  expect(engine.read(pointer + length * 4, 8)).toEqual(new Float32Array(8).fill(untouched))
  return engine.read(pointer, length)
}

/** Every bit the same: as toEqual, which takes long over large arrays. */
function expectSame(got: Float32Array, want: Float32Array): void {
  expect(got.length).toBe(want.length)
  const at = got.findIndex((value, i) => !Object.is(value, want[i]))
  if (at >= 0) expect.fail(`at ${at}: got ${got[at]}, want ${want[at]}`)
}

/** How a matrix lies: the strides of its rows and columns, in bytes. */
const lies = [
  (_rows: number, columns: number) => [columns * 4, 4],
  (rows: number, _columns: number) => [4, rows * 4],
]

test('packing puts each element in its place, and zeros beyond the last', () => {
  fc.assert(
    fc.property(lengths, fc.constantFrom(...lies), ({ N, K, seed }, lie) => {
      engine.scope(() => {
        const x = numbers(new Random(seed), K * N)
        const [row, column] = lie(K, N)
        const at = (k: number, n: number) => (n < N ? engine.f32[(x + k * row + n * column) >> 2] : 0)
        for (const [width, pack] of [
          [8, (to: number) => exports.packColumns(K, N, x, row, column, to)],
          [4, (to: number) => exports.packRows(N, K, x, column, row, to)],
        ] as const) {
          const size = Math.ceil(N / width) * width * K
          const to = room(size)
          pack(to)
          const want = Float32Array.from({ length: size }, (_, i) => {
            const panel = Math.floor(i / (width * K))
            return at(Math.floor(i / width) % K, panel * width + (i % width))
          })
          expectSame(take(to, size), want)
        }
      })
    }),
  )
})

test('an element of gemm has the same bits in every tile, whether its operands are packed or not', () => {
  fc.assert(
    fc.property(lengths, fc.constantFrom(...lies), fc.boolean(), ({ M, N, K, seed }, lie, accumulate) => {
      engine.scope(() => {
        const rng = new Random(seed)
        const a = numbers(rng, M * K)
        const b = numbers(rng, K * N)
        const before = rng.normal([M * N]).data as Float32Array
        const [aRow, aStep] = lie(M, K)
        const panels = engine.reserve(K * Math.ceil(N / 8) * 32)
        const packed = engine.reserve(K * Math.ceil(M / 4) * 16)
        exports.packColumns(K, N, b, N * 4, 4, panels)
        exports.packRows(M, K, a, aRow, aStep, packed)
        const made = (make: (c: number) => void) => {
          const c = room(M * N)
          engine.f32.set(before, c >> 2)
          make(c)
          return take(c, M * N)
        }
        const flag = +accumulate
        const whole = made((c) => exports.gemm(M, N, K, a, 4 * aRow, aRow, aStep, panels, c, N * 4, flag))
        const ways: ((c: number) => void)[] = [
          (c) => exports.gemm(M, N, K, packed, K * 16, 4, 16, panels, c, N * 4, flag),
          (c) => exports.multiply(M, N, K, a, 4 * aRow, aRow, aStep, b, 32, N * 4, c, N * 4, flag),
          (c) => {
            for (let m = 0; m < M; m++)
              exports.gemm(1, N, K, a + m * aRow, 0, 0, aStep, panels, c + m * N * 4, N * 4, flag)
          },
          (c) => {
            for (let m = 0; m < M; m++)
              exports.rowTimes(N, K, a + m * aRow, aStep, b, N * 4, c + m * N * 4, flag)
          },
          (c) => {
            for (let n = 0; n < N; n += 8) {
              const panel = panels + n * K * 4
              exports.gemm(M, Math.min(8, N - n), K, a, 4 * aRow, aRow, aStep, panel, c + n * 4, N * 4, flag)
            }
          },
        ]
        for (const way of ways) expectSame(made(way), whole)
      })
    }),
  )
})

test('a dot product has the same bits in every tile', () => {
  fc.assert(
    fc.property(lengths, ({ M, N, K, seed }) => {
      engine.scope(() => {
        const rng = new Random(seed)
        const a = numbers(rng, M * K)
        const b = numbers(rng, N * K)
        const row = K * 4
        const c = room(M * N)
        exports.dots(M, N, K, a, row, b, row, c, N * 4, 4)
        const each = room(M * N)
        for (let m = 0; m < M; m++)
          for (let n = 0; n < N; n++)
            exports.dots(1, 1, K, a + m * row, row, b + n * row, row, each + (m * N + n) * 4, 4, 4)
        const across = room(M * N)
        exports.dots(M, N, K, a, row, b, row, across, 4, M * 4)
        const want = take(c, M * N)
        expectSame(take(each, M * N), want)
        const turned = take(across, M * N)
        expectSame(
          want.map((_, i) => turned[(i % N) * M + Math.floor(i / N)]),
          want,
        )
      })
    }),
  )
})

test('the number of parts changes no bit', () => {
  fc.assert(
    fc.property(lengths, fc.constantFrom(...lies), fc.boolean(), ({ M, N, K, seed }, lie, pack) => {
      engine.scope(() => {
        const rng = new Random(seed)
        const a = numbers(rng, M * K)
        const b = numbers(rng, K * N)
        const [aRow, aStep] = lie(M, K)
        const [bRow, bColumn] = lie(K, N)
        const panels = engine.reserve(K * Math.ceil(N / 8) * 32)
        exports.packColumns(K, N, b, bRow, bColumn, panels)
        const inParts = (parts: number) => {
          const c = room(M * N)
          const rows = pack ? engine.reserve(Math.ceil(M / 4) * K * 16) : 0
          const args = engine.pack([M, N, K, a, aRow, aStep, rows, panels, c])
          // Backwards: no part waits for another.
          for (let part = parts - 1; part >= 0; part--) exports.gemmTask(args, part, parts)
          return take(c, M * N)
        }
        const whole = inParts(1)
        for (const parts of [2, 3, 5]) expectSame(inParts(parts), whole)
      })
    }),
  )
})
