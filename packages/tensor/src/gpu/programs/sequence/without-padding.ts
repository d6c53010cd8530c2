import type { DeviceArray } from '../../../kernels/elements.js'
import { flatIndex } from '../../index-text.js'
import type { Operand } from '../../operand.js'
import { type Layer, moves, run } from './step-program.js'

/** x `[B, T, N]` with zeros beyond the ends: whatever stands there (NaN, even) must not meet a gradient of 0. */
export function withoutPadding(layer: Layer, x: Operand): DeviceArray {
  const text = (b: string, t: string, n: string) => `
    if (!(${moves(layer, b, t)})) { return 0; }
    return x[${flatIndex([b, t, n], x)}];`
  return run(layer, 'without padding', x.shape, { x: x.array }, text, [x])
}
