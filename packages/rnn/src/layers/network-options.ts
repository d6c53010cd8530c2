import { checkNames, type OptionNames } from '@unroll/tensor'
import type { CellOptions } from '../cells/gated-cell.js'
import { checkOptions, checkSize } from '../modules/options.js'
import { type LayerOptions, layerOptions } from './recurrent.js'

/** What `RNN`, `LSTM` and `GRU` share: the options of a layer, and those of its cells. */
export type RecurrentOptions = LayerOptions & CellOptions

/**
 * The options of a network as those of its layer and those of its cells; checked under the layer's own name is what would else
 * be found in its cells.
 */
export function splitOptions<Cell extends CellOptions>(
  op: string,
  hiddenSize: number,
  options: LayerOptions & Cell,
  cellOptions: OptionNames<Cell>,
): [layer: LayerOptions, cell: Cell] {
  const all: OptionNames<LayerOptions> & OptionNames<Cell> = { ...layerOptions, ...cellOptions }
  checkNames<object>(op, options, all)
  checkOptions(op, options)
  checkSize(op, 'hiddenSize', hiddenSize)
  return [pick(options, layerOptions), pick(options, cellOptions) as Cell]
}

function pick(options: object, names: object): object {
  return Object.fromEntries(Object.entries(options).filter(([name]) => Object.hasOwn(names, name)))
}
