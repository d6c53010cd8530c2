import { fail } from '../../errors.js'
import type { Block } from './block.js'

/** Blocks to be freed together. */
export interface Scope {
  readonly blocks: Set<Block>
}

/** The scopes that are open, one in another. */
export class Scopes {
  #inner: Scope | undefined

  /** @param free frees a block */
  constructor(private readonly free: (block: Block) => void) {}

  /**
   * Runs `body`, and frees what was put into the scope in the meantime and is still in it.
   * @param escaping the blocks of what `body` gives: they go to the scope around this one, if there is one
   */
  run<T>(body: () => T, escaping: (result: T) => Iterable<Block>): T {
    const scope: Scope = { blocks: new Set() }
    const outer = this.#inner
    try {
      const result = this.within(scope, body)
      for (const block of escaping(result)) if (block.scope === scope) this.move(block, outer)
      return result
    } finally {
      this.clear(scope)
    }
  }

  /** Runs `body` with a scope that is open meanwhile, and not for the last time perhaps. */
  within<T>(scope: Scope, body: () => T): T {
    const outer = this.#inner
    this.#inner = scope
    try {
      const result = body()
      if (result instanceof Promise)
        fail(
          'scope',
          'the body must not be asynchronous: what it makes later would not be in the scope. To read something, start in the scope and wait outside: let p; gpu.scope(() => { …; p = loss.read() }); await p; or wait between the parts of a gpu.workspace()',
        )
      return result
    } finally {
      this.#inner = outer
    }
  }

  /** Frees what is in a scope, but for some blocks. */
  clear(scope: Scope, kept?: ReadonlySet<Block>): void {
    for (const block of scope.blocks) if (!kept?.has(block)) this.free(block)
  }

  /** Puts a block into the scope that is open, if one is. */
  adopt(block: Block): void {
    this.move(block, this.#inner)
  }

  /** @param scope undefined: with no scope's end is it freed. */
  move(block: Block, scope: Scope | undefined): void {
    block.scope?.blocks.delete(block)
    block.scope = scope
    scope?.blocks.add(block)
  }
}
