import { fail, kindOf, Tensor } from '@unroll/tensor'
import { checkSize } from '../modules/options.js'
import { type Dataset, isDataset } from './dataset.js'
import { checkIndexList, countItems, type Indices, takeItems } from './indices.js'

/**
 * What can be split: so many items, of which the splits give the numbers; or the items themselves, in a dataset, a
 * tensor `[N, …]`, an array, or an object of tensors and arrays that share their items.
 */
export type Divisible = number | Items
type Items = Dataset<unknown> | Tensor | readonly unknown[] | Columns
type Columns = { readonly [name: string]: Tensor | readonly unknown[] }

/** A part of what can be split: of a number of items, their numbers; else data of the same kind. */
export type Part<D> = D extends number
  ? Int32Array
  : D extends Tensor
    ? Tensor
    : D extends Dataset<infer B>
      ? Dataset<B>
      : D extends readonly (infer T)[]
        ? T[]
        : { [name in keyof D]: Part<D[name]> }

/**
 * The items that are named, in that order. Of a tensor, consecutive items are a view and others a copy; of a dataset,
 * they are fetched when they are needed.
 * @throws UnrollError when an index is not that of an item.
 */
export function subset<D extends Items>(data: D, indices: Indices): Part<D> {
  return part(data, checkIndexList('subset', indices, countOf('subset', data))) as Part<D>
}

/** The number of items. @throws UnrollError when there are none, or they are not of a kind that can be split. */
export function countOf(op: string, data: Divisible): number {
  if (typeof data === 'number') return checkSize(op, 'the number of items', data)
  const count = countAny(op, data)
  if (count === 0) fail(op, 'wants at least one item, got none')
  return count
}

/** How many of the items after an item have steps in common with it. */
export function overlapOf(data: Divisible): number {
  return isDataset(data) ? (data.overlap ?? 0) : 0
}

/** The part of the data that has these items. */
export function part(data: Divisible, items: Int32Array): Part<Divisible> {
  if (typeof data === 'number') return items
  if (data instanceof Tensor) return partOfTensor(data, items)
  if (isDataset(data)) return new Subset(data, items)
  if (Array.isArray(data)) return Array.from(items, (i) => data[i])
  return Object.fromEntries(
    Object.entries(data as Columns).map(([name, column]) => [name, part(column, items)]),
  ) as never
}

class Subset<B> implements Dataset<B> {
  readonly lengths?: Int32Array
  readonly overlap?: number

  constructor(
    readonly whole: Dataset<B>,
    readonly items: Int32Array,
  ) {
    const { lengths, overlap } = whole
    if (lengths) this.lengths = items.map((i) => lengths[i])
    if (overlap) this.overlap = overlap
  }

  get size(): number {
    return this.items.length
  }

  take(indices: Indices): B {
    return this.whole.take(checkIndexList('take', indices, this.size).map((i) => this.items[i]))
  }
}

function partOfTensor(x: Tensor, items: Int32Array): Tensor {
  const [first] = items
  const consecutive = items.length > 0 && items.every((item, i) => item === first + i)
  return consecutive ? x.slice([first, first + items.length]) : takeItems(x, items)
}

function countAny(op: string, data: Items): number {
  if (data instanceof Tensor) return countItems(op, 'the tensor', data)
  if (isDataset(data)) return data.size
  if (Array.isArray(data)) return data.length
  if (typeof data !== 'object' || data === null || ArrayBuffer.isView(data))
    return fail(
      op,
      `wants items: a number of them, a Tensor, a Dataset, an array, or an object of these; got ${kindOf(data)}`,
    )
  const counts = Object.entries(data as Columns).map(([name, column]): [string, number] => {
    if (!(column instanceof Tensor || Array.isArray(column)))
      fail(op, `wants ${name} as a Tensor or an array, got ${kindOf(column)}`)
    return [name, countAny(op, column)]
  })
  if (counts.length === 0) fail(op, 'wants items, got an empty object')
  if (counts.some(([, count]) => count !== counts[0][1]))
    fail(op, `numbers of items differ: ${counts.map(([name, count]) => `${name} ${count}`).join(', ')}`)
  return counts[0][1]
}
