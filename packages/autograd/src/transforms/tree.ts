import { fail, kindOf } from '@unroll/tensor'
import { Variable } from '../methods.js'
import type { Operand } from '../variable.js'

/** Variables, or arrays and plain objects of them: the parameters of a function. */
export type Tree = Variable | readonly Tree[] | { readonly [name: string]: Tree }

/** As `Tree`, of operands. */
export type OperandTree = Operand | readonly OperandTree[] | { readonly [name: string]: OperandTree }

/** A tree of the same form, with an operand in the place of each variable. */
export type OperandsLike<T> = [Tree] extends [T]
  ? OperandTree
  : T extends Variable
    ? Operand
    : { readonly [K in keyof T]: OperandsLike<T[K]> }

/** The variables of a tree, in order. @throws UnrollError when there is anything else in it. */
export function leavesOf(op: string, tree: Tree): Variable[] {
  const leaves: Variable[] = []
  collect(op, tree, leaves)
  return leaves
}

function collect(op: string, tree: Tree, into: Variable[]): void {
  if (tree instanceof Variable) into.push(tree)
  else if (isBranching(tree)) for (const branch of Object.values(tree)) collect(op, branch, into)
  else fail(op, `wants a Variable, or an array or plain object of them, got ${kindOf(tree)}`)
}

/** A tree of the form of `like`, its leaves the next ones in order. */
export function rebuild<Leaf>(like: Tree, leaves: Iterator<Leaf>): unknown {
  if (like instanceof Variable) return leaves.next().value
  if (Array.isArray(like)) return like.map((branch) => rebuild(branch, leaves))
  return Object.fromEntries(Object.entries(like).map(([name, branch]) => [name, rebuild(branch, leaves)]))
}

/**
 * What stands in `tree` where `like` has its variables: each with its path, `tangents[0].w`, which begins with `path`.
 * @throws UnrollError when the tree has not the form of `like`.
 */
export function pairWith(
  op: string,
  path: string,
  tree: unknown,
  like: Tree,
): (readonly [x: Variable, given: Operand, path: string])[] {
  if (like instanceof Variable) return [[like, tree as Operand, path]]
  const names = Object.keys(like)
  const got = isBranching(tree) && Array.isArray(tree) === Array.isArray(like) ? Object.keys(tree) : undefined
  if (!got || got.length !== names.length || !names.every((name) => got.includes(name)))
    fail(op, `${path} must have the form ${formOf(like)}, got ${got ? formOf(tree) : kindOf(tree)}`)
  return names.flatMap((name) =>
    pairWith(
      op,
      Array.isArray(like) ? `${path}[${name}]` : `${path}.${name}`,
      (tree as Record<string, unknown>)[name],
      (like as Record<string, Tree>)[name],
    ),
  )
}

function isBranching(tree: unknown): tree is object {
  return Array.isArray(tree) || Object.getPrototypeOf(tree ?? 0) === Object.prototype
}

function formOf(tree: unknown): string {
  return Array.isArray(tree) ? `[${tree.length}]` : `{ ${Object.keys(tree as object).join(', ')} }`
}
