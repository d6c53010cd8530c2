import type { DeviceArray } from '../../../kernels/elements.js'
import { at, atFrom, define, type Layer, moves, run, select } from './step-program.js'

/** W x, `[B, T, G, H]`, and the biases, each `[G, H]`: what the gates are made of besides U h. */
export interface Inputs {
  readonly wx: DeviceArray
  readonly biasIh: DeviceArray | undefined
  readonly biasHh: DeviceArray | undefined
}

/** The state after the step at t, `[B, S, H]`, from that before it; `weights` are Uᵀ, `[H, G, H]`. */
export function stateAfter(
  layer: Layer,
  inputs: Inputs,
  weights: DeviceArray,
  state: DeviceArray,
  t: number,
): DeviceArray {
  const { cell, B, H, G, S } = layer
  const args = { ...named(inputs), weights, state, t }
  return run(layer, 'forward', [B, S, H], args, (b, part, j) => {
    const addProducts = cell.uh.map((u, g) => `${u} = ${u} + hidden * weights[${at([H, G, H], 'k', g, j)}];`)
    return `
      if (!(${moves(layer, b, 't')})) { return state[place]; }
      ${cell.uh.map((u, g) => `let ${u} = ${biasHhOf(layer, inputs, g, j)};`).join('\n')}
      for (let k = 0; k < ${H}; k++) {
        const hidden = state[${at([B, S, H], b, 0, 'k')}];
        ${addProducts.join('\n')}
      }
      ${define(cell.wx, (g) => wxOf(layer, inputs, b, 't', g, j))}
      ${define(cell.before, (p) => `state[${at([B, S, H], b, p, j)}]`)}
      ${cell.forward}
      return ${select(part, cell.after)};`
  })
}

/**
 * What is kept of all steps, `[B, T, K, H]`, from the states `[T + 1, B, S, H]`, and from U h, `[B, T, G, H]`, for a
 * cell that needs the gates.
 */
export function keptOf(
  layer: Layer,
  inputs: Inputs,
  uh: DeviceArray | undefined,
  states: DeviceArray,
): DeviceArray {
  const { cell, B, T, H, G, S, K, before, after } = layer
  const args = uh ? { ...named(inputs), uhRows: uh, states } : { states }
  return run(layer, 'kept', [B, T, K, H], args, (b, t, kept, j) => {
    const stateFrom = (first: number) => (p: number) =>
      `states[${atFrom(first * B * S * H, [T + 1, B, S, H], t, b, p, j)}]`
    const stepAgain = () => `
      ${define(cell.uh, (g) => `uhRows[${at([B, T, G, H], b, t, g, j)}] + ${biasHhOf(layer, inputs, g, j)}`)}
      ${define(cell.wx, (g) => wxOf(layer, inputs, b, t, g, j))}
      ${define(cell.before, stateFrom(before))}
      ${cell.forward}`
    return `
      if (!(${moves(layer, b, t)})) { return 0; }
      ${uh ? stepAgain() : define(cell.after, stateFrom(after))}
      ${cell.keep}
      return ${select(kept, cell.kept)};`
  })
}

function named({ wx, biasIh, biasHh }: Inputs) {
  return { wxRows: wx, biasIh, biasHh }
}

/** W x + b */
function wxOf({ B, T, G, H }: Layer, { biasIh }: Inputs, b: string, t: string, g: number, j: string): string {
  const wx = `wxRows[${at([B, T, G, H], b, t, g, j)}]`
  return biasIh ? `${wx} + biasIh[${at([G, H], g, j)}]` : wx
}

function biasHhOf({ G, H }: Layer, { biasHh }: Inputs, g: number, j: string): string {
  return biasHh ? `biasHh[${at([G, H], g, j)}]` : '0'
}
