/** What one run of a benchmark does, so that its time can be told per unit of it. */
export interface Work {
  readonly amount: number
  /** Floating-point operations (an addition or a multiplication each), elements of the result, … */
  readonly unit: 'FLOP' | 'element' | 'op' | 'step' | 'symbol'
}

export interface Benchmark {
  readonly name: string
  readonly work: Work
  /** Does the work once. What it returns is kept, so that no compiler leaves the work out. */
  readonly run: () => unknown
  /** A yardstick: plain JavaScript without any kernels of ours, to stand beside the reference ones. */
  readonly plain?: boolean
}

/** Benchmarks that are looked at together. */
export interface Group {
  readonly name: string
  /** What it is measured with, as far as it was chosen. */
  readonly variants: readonly VariantName[]
  /** Makes them, with their inputs: only when the group is to be run. */
  readonly benchmarks: () => readonly Benchmark[]
}

export type VariantName = 'reference' | 'wasm' | 'wasm, 2 threads'
