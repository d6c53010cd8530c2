import { Tensor } from '../../tensor.js'
import type { Block } from './block.js'
import { GpuArray } from './gpu-array.js'
import type { Session } from './session.js'

/**
 * The blocks of the tensors in a value: of a tensor itself, of those in arrays, maps, sets and plain objects, and of what has
 * a tensor for its `value`, as a variable of autograd's, together with its gradient.
 */
export function blocksIn(session: Session, value: unknown): Set<Block> {
  const blocks = new Set<Block>()
  const seen = new Set<unknown>()
  const visit = (x: unknown) => {
    if (typeof x !== 'object' || x === null || seen.has(x)) return
    seen.add(x)
    if (x instanceof Tensor) {
      const { elements } = x.storage
      if (elements instanceof GpuArray && elements.session === session) blocks.add(elements.block)
    } else if (Array.isArray(x) || x instanceof Set) {
      for (const part of x) visit(part)
    } else if (x instanceof Map) {
      for (const pair of x) visit(pair)
    } else if (isVariable(x)) {
      visit(x.value)
      visit(x.grad)
    } else if (isPlain(x)) {
      for (const part of Object.values(x)) visit(part)
    }
  }
  visit(value)
  return blocks
}

function isVariable(x: object): x is { readonly value: Tensor; readonly grad?: unknown } {
  return 'value' in x && x.value instanceof Tensor
}

function isPlain(x: object): boolean {
  const prototype = Object.getPrototypeOf(x)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}
