import { checkNames, fail, kindOf, Random, Tensor } from '@unroll/tensor'
import { inOrder } from './indices.js'

/** The class of each item: an int32 tensor `[N]`, or an array of names or numbers. */
export type Labels = Tensor | readonly (number | string | boolean)[]

export interface ShuffleOptions {
  /** Draws which item goes where. */
  rng: Random
  /** The class of each item: every part then has its share of every class. Default: without regard to classes. */
  stratify?: Labels
}

/** The items in random order; with labels, class after class and each of these in random order. */
export function drawOrder(op: string, size: number, options: ShuffleOptions): Int32Array {
  checkNames(op, options, { rng: true, stratify: true })
  const { rng, stratify } = options ?? {}
  if (!(rng instanceof Random)) fail(op, 'wants { rng }, the generator that draws which item goes where')
  const order = size > 0 ? (rng.permutation(size).data as Int32Array) : inOrder(0)
  if (stratify === undefined) return order
  const classes = classNumbers(op, stratify, size)
  return order.sort((a, b) => classes[a] - classes[b]) // stable: a class stays shuffled
}

/** The items that are given to each part, when `partOf` says to which the i-th in the order goes; in rising order. */
export function deal(order: Int32Array, parts: number, partOf: (i: number) => number): Int32Array[] {
  const dealt = Array.from({ length: parts }, (): number[] => [])
  order.forEach((item, i) => dealt[partOf(i)].push(item))
  return dealt.map((items) => Int32Array.from(items).sort())
}

/** Labels as numbers, in the order in which they come first. */
function classNumbers(op: string, labels: Labels, size: number): number[] {
  const tensor = labels instanceof Tensor
  if (!(tensor || Array.isArray(labels)))
    fail(op, `stratify is the label of each item, a Tensor or an array; got ${kindOf(labels)}`)
  const list: readonly unknown[] = labels instanceof Tensor ? Array.from(labels.data) : labels
  if (list.length !== size || (labels instanceof Tensor && (labels.rank !== 1 || labels.dtype !== 'int32')))
    fail(
      op,
      `stratify is one label for each of the ${size} items${tensor ? ', int32' : ''}; got ${labels instanceof Tensor ? `${labels.dtype} [${labels.shape.join(', ')}]` : list.length}`,
    )
  const numbers = new Map<unknown, number>()
  return list.map((label, i) => {
    if (!['number', 'string', 'boolean'].includes(typeof label) || Number.isNaN(label))
      fail(op, `label ${i} is a number, a string or a boolean, got ${kindOf(label)}`)
    const number = numbers.get(label) ?? numbers.size
    numbers.set(label, number)
    return number
  })
}
