import { fail, kindOf } from '../../errors.js'
import { Tensor } from '../../tensor.js'

/** A tensor in a tree: tensors in arrays and plain objects, nested as one likes. */
export interface Leaf {
  /** Its place: `input.x`, `input.state[0].h`. */
  readonly path: string
  readonly tensor: Tensor
  /** What stands there: the tensor, or something that it is the value of, such as autograd's Variable. */
  readonly found: unknown
}

/**
 * The tensors of a tree, in a fixed order.
 * @throws UnrollError for anything else.
 */
export function leavesOf(op: string, tree: unknown, path: string): Leaf[] {
  const tensor = tensorOf(tree)
  if (tensor) return [{ path, tensor, found: tree }]
  if (tree === undefined) return []
  if (Array.isArray(tree)) return tree.flatMap((part, i) => leavesOf(op, part, `${path}[${i}]`))
  if (isPlain(tree))
    return Object.entries(tree).flatMap(([key, part]) => leavesOf(op, part, `${path}${placeOf(key)}`))
  return fail(
    op,
    `${path} wants tensors, in arrays or plain objects, got ${kindOf(tree)}; make a number a tensor`,
  )
}

/** A tree of the same form with other tensors, taken in turn. */
export function rebuild(tree: unknown, next: () => Tensor): unknown {
  if (tensorOf(tree)) return next()
  if (Array.isArray(tree)) return tree.map((part) => rebuild(part, next))
  if (isPlain(tree))
    return Object.fromEntries(Object.entries(tree).map(([key, part]) => [key, rebuild(part, next)]))
  return tree
}

/** The tensors of a list, one after another. */
export function inTurn(tensors: readonly Tensor[]): () => Tensor {
  const rest = tensors.values()
  return () => rest.next().value as Tensor
}

function placeOf(key: string): string {
  return /^[\w$]+$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`
}

function tensorOf(x: unknown): Tensor | undefined {
  if (x instanceof Tensor) return x
  const value = (x as { value?: unknown } | undefined | null)?.value
  return value instanceof Tensor && !isPlain(x) ? value : undefined
}

function isPlain(x: unknown): x is Record<string, unknown> {
  return typeof x === 'object' && x !== null && [Object.prototype, null].includes(Object.getPrototypeOf(x))
}
