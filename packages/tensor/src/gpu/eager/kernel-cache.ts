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
  #hits = 0
  #misses = 0
  #evictions = 0

  constructor(
    readonly limit: number,
    private readonly drop: (kernel: GpuKernel) => void,
  ) {}

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
    if (this.#kernels.size > this.limit) this.#evict()
    return kernel
  }

  /** Forgets a kernel that did not come off. */
  remove(key: string, kernel: GpuKernel): void {
    if (this.#kernels.get(key) !== kernel) return
    this.#kernels.delete(key)
    this.drop(kernel)
  }

  get statistics(): CacheStatistics {
    const { limit } = this
    return {
      size: this.#kernels.size,
      limit,
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
