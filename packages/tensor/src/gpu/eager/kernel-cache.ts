import type { GpuKernel } from '../gpu-js.js'

/** How many kernels are kept, and how often one was there when it was wanted. */
export interface CacheStatistics {
  readonly size: number
  readonly limit: number
  readonly hits: number
  readonly misses: number
  readonly evictions: number
}

/** The kernels made so far, up to a limit: beyond it, the one that was not used for longest is dropped. */
export class KernelCache {
  /** In the order of their last use. */
  readonly #kernels = new Map<string, GpuKernel>()
  #limit: number
  #hits = 0
  #misses = 0
  #evictions = 0

  constructor(
    limit: number,
    private readonly drop: (kernel: GpuKernel) => void,
  ) {
    this.#limit = limit
  }

  get(key: string, make: () => GpuKernel): GpuKernel {
    let kernel = this.#kernels.get(key)
    if (kernel) {
      this.#hits++
      this.#kernels.delete(key)
    } else {
      this.#misses++
      kernel = make()
    }
    this.#kernels.set(key, kernel)
    if (this.#kernels.size > this.#limit) this.#evict()
    return kernel
  }

  /** There is no room for so many: from now on half of them have to do. Says whether that is any fewer. */
  halve(): boolean {
    const limit = Math.ceil(this.#kernels.size / 2)
    if (limit >= this.#kernels.size) return false
    this.#limit = limit
    while (this.#kernels.size > limit) this.#evict()
    return true
  }

  /** Forgets a kernel that did not come off. */
  remove(key: string, kernel: GpuKernel): void {
    if (this.#kernels.get(key) !== kernel) return
    this.#kernels.delete(key)
    this.drop(kernel)
  }

  get statistics(): CacheStatistics {
    return {
      size: this.#kernels.size,
      limit: this.#limit,
      hits: this.#hits,
      misses: this.#misses,
      evictions: this.#evictions,
    }
  }

  #evict(): void {
    const [[oldest, kernel]] = this.#kernels
    this.#kernels.delete(oldest)
    this.#evictions++
    this.drop(kernel)
  }
}
