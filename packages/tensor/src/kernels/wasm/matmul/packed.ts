import type { Strided } from '../../kernels.js'
import type { Engine } from '../engine.js'
import { placeByLines } from '../operand.js'
import type { Product } from './product.js'

/**
 * Multiplies the matrix at pointer `a` by b's at `offset`, which are not in linear memory yet, to a row-major one at
 * pointer `c`: packed, the rows of c shared out among the engine's threads. A row-major a is not packed: tiles read
 * it nearly as fast as it lies. A matrix of b that comes several times in a row is packed once.
 */
export function timesPacked(
  engine: Engine,
  product: Product,
  b: Strided,
): (a: number, offset: number, c: number) => void {
  const { M, N, K, aRow, aStep } = product
  const panels = engine.reserve(Math.ceil(N / 8) * K * 32)
  const rows = aStep === 4 ? 0 : engine.reserve(Math.ceil(M / 4) * K * 16)
  const args = engine.pack([M, N, K, 0, aRow, aStep, rows, panels, 0])
  let packed: number | undefined
  return (a, offset, c) => {
    if (offset !== packed) pack(engine, product, b, offset, panels)
    packed = offset
    engine.i32[(args >>> 2) + 3] = a
    engine.i32[(args >>> 2) + 8] = c
    engine.run('gemmTask', args, engine.threads)
  }
}

/** b's matrix at `offset` in panels: by its rows where they are contiguous, else by its columns. */
function pack(engine: Engine, { N, K, bColumn }: Product, b: Strided, offset: number, panels: number): void {
  const { exports } = engine
  if (bColumn === 4)
    placeByLines(engine, b, offset, -2, (first, count, pointer, line, step) =>
      exports.packInto(count, N, pointer, line, step, panels + first * 32, K * 32),
    )
  else
    placeByLines(engine, b, offset, -1, (first, count, pointer, line, step) =>
      exports.packInto(K, count, pointer, step, line, panels + first * K * 4, K * 32),
    )
}
