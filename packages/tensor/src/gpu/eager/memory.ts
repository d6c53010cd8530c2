import { fail } from '../../errors.js'
import { Block } from './block.js'
import { Scopes } from './scopes.js'

/** How much of a device's memory is in use by arrays. */
export interface MemoryUse {
  /** How many arrays there are. */
  readonly arrays: number
  /** What their elements take, 4 bytes each. */
  readonly bytes: number
}

/**
 * The blocks of a device: they are freed at the end of the scope in which they were made, or when whoever held them
 * is garbage.
 */
export class Memory {
  readonly scopes = new Scopes((block) => this.free(block))
  readonly #live = new Set<Block>()
  readonly #collected = new FinalizationRegistry<Block>((block) => this.free(block))
  #elements = 0

  /** @param release gives a block's memory back to the device */
  constructor(private readonly release: (block: Block) => void) {}

  /** A new block, in the scope that is open. */
  allocate(length: number): Block {
    const block = new Block(length)
    this.#live.add(block)
    this.#elements += length
    this.scopes.adopt(block)
    return block
  }

  /** The block is freed when `holder` is garbage, at the latest. */
  hold(holder: object, block: Block): void {
    this.#collected.register(holder, block, block)
  }

  /**
   * What takes the place of other elements lives as long as they would have: it goes into their scope. The others are
   * of no use any more, and are freed with the scope that is open.
   */
  replace(former: Block | undefined, block: Block): void {
    this.scopes.move(block, former?.scope)
    if (former && former !== block) this.scopes.adopt(former)
  }

  free(block: Block): void {
    if (block.isFreed) return
    block.isFreed = true
    this.scopes.move(block, undefined)
    this.#live.delete(block)
    this.#elements -= block.length
    this.#collected.unregister(block)
    this.release(block)
  }

  freeAll(): void {
    for (const block of this.#live) this.free(block)
  }

  get use(): MemoryUse {
    return { arrays: this.#live.size, bytes: 4 * this.#elements }
  }
}

/** @throws UnrollError when the block holds nothing any more. */
export function checkUsable(op: string, block: Block): void {
  if (block.problem) throw block.problem
  if (block.isFreed)
    fail(
      op,
      'the values were freed at the end of the scope in which they were made: return them from it, or keep() them',
    )
}
