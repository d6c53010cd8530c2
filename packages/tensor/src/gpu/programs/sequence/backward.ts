import type { DeviceArray } from '../../../kernels/elements.js'
import { flatIndex } from '../../index-text.js'
import type { Operand } from '../../operand.js'
import { at, atFrom, define, type Layer, moves, run, select } from './step-program.js'

/** What a step back takes, the same at every step. */
export interface Flow {
  /** `[B, T, K, H]` */
  readonly kept: DeviceArray
  /** U, `[G, H, H]` */
  readonly weights: DeviceArray
  /** `[B, T, H]` */
  readonly dOutput: Operand | undefined
}

/** δ of the last step, which is at t, `[B, S, H]`: what flows in from outside. */
export function flowIn(
  layer: Layer,
  dState: readonly (Operand | undefined)[],
  dOutput: Operand | undefined,
  t: number,
): DeviceArray {
  const { cell, B, H, S } = layer
  const arrays = Object.fromEntries(dState.map((x, p) => [`dState${p}`, x?.array]))
  const args = { ...arrays, dOutput: dOutput?.array, t: dOutput && t }
  const text = (b: string, part: string, j: string) => {
    const parts = cell.after.map((_, p) => partOf(dState[p], p, b, j))
    return `
      let d = ${select(part, parts)};
      ${addOutput(layer, dOutput, b, part, j, 't')}
      return d;`
  }
  return run(layer, 'flow in', [B, S, H], args, text, [...dState, dOutput])
}

/**
 * δ of the step at `former`, which is the one before that at t, `[B, S, H]`, from δ of that at t. When that was the
 * first, `former` is T, and δ is dL/d(the state before the sequence).
 */
export function gradientBefore(
  layer: Layer,
  { kept, weights, dOutput }: Flow,
  dState: DeviceArray,
  t: number,
  former: number,
): DeviceArray {
  const { cell, B, H, G, S } = layer
  const args = { kept, weights, dState, dOutput: dOutput?.array, t, former: dOutput && former }
  const text = (b: string, part: string, j: string) => {
    const step = (unit: string) =>
      stepBack(layer, (p) => `dState[${at([B, S, H], b, p, unit)}]`, b, 't', unit)
    const products = cell.dUh.map((da, g) => `${da} * weights[${at([G, H, H], g, 'k', j)}]`)
    return `
      let d = dState[place];
      if (${moves(layer, b, 't')}) {
        let byU = 0;
        if (${part} === 0) {
          for (let k = 0; k < ${H}; k++) {
            ${step('k')}
            byU = byU + (${products.join(' + ')});
          }
        }
        ${step(j)}
        d = byU + ${select(part, cell.dBefore)};
      }
      ${addOutput(layer, dOutput, b, part, j, 'former')}
      return d;`
  }
  return run(layer, 'backward', [B, S, H], args, text, [dOutput])
}

/** dL/d(W x + b) or dL/d(U h + d) of all steps, `[B, T, G, H]`, from their δ, `[T + 1, B, S, H]`. */
export function gradientOfGates(
  layer: Layer,
  to: 'dWx' | 'dUh',
  kept: DeviceArray,
  dStates: DeviceArray,
): DeviceArray {
  const { cell, B, T, H, G, S, after } = layer
  return run(layer, to, [B, T, G, H], { kept, dStates }, (b, t, g, j) => {
    const dAfter = (p: number) => `dStates[${atFrom(after * B * S * H, [T + 1, B, S, H], t, b, p, j)}]`
    return `
      if (!(${moves(layer, b, t)})) { return 0; }
      ${stepBack(layer, dAfter, b, t, j)}
      return ${select(g, cell[to])};`
  })
}

/** The step back of unit j of sequence b at t. */
function stepBack(
  { cell, B, T, H, K }: Layer,
  dAfter: (part: number) => string,
  b: string,
  t: string,
  j: string,
) {
  return `
    ${define(cell.dAfter, dAfter)}
    ${define(cell.kept, (k) => `kept[${at([B, T, K, H], b, t, k, j)}]`)}
    ${cell.backward}`
}

function partOf(dState: Operand | undefined, part: number, b: string, j: string): string {
  return dState ? `dState${part}[${flatIndex([b, j], dState)}]` : '0'
}

/** d of h + dL/d(output at t), for a sequence that moves there */
function addOutput(
  layer: Layer,
  dOutput: Operand | undefined,
  b: string,
  part: string,
  j: string,
  t: string,
): string {
  if (!dOutput) return ''
  return `if (${part} === 0 && ${moves(layer, b, t)}) { d = d + dOutput[${flatIndex([b, t, j], dOutput)}]; }`
}
