import type { KernelResult } from '../gpu-js.js'
import type { Scope } from './scopes.js'

/**
 * A piece of a device's memory, and what is known of it. The array that users hold is another object, so that its
 * block can be freed when it is gone.
 */
export class Block {
  /** Undefined until it is computed. */
  handle: KernelResult | undefined
  /** Why there is nothing in it. */
  problem: Error | undefined
  isFreed = false
  /** With whose end it is freed. */
  scope: Scope | undefined

  constructor(readonly length: number) {}
}
