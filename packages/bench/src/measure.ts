import Timer from 'benchmark'
import type { Benchmark } from './benchmark.js'
import { median } from './statistics.js'

export interface Timing {
  /** The median time of one run, in seconds. */
  readonly median: number
  /** Half the width of the 95 % confidence interval of the mean, as a part of the mean. */
  readonly margin: number
  /** How many samples were taken; each is of as many runs as the clock needs. */
  readonly samples: number
}

// Benchmarks close over their inputs, so they are called as they are and not rebuilt from their source.
Timer.support.decompilation = false

/** Times a benchmark for about `seconds`. @throws what the benchmark throws. */
export function measure(benchmark: Benchmark, seconds: number): Timing {
  const work = () => {
    kept = benchmark.run()
  }
  const timer = new Timer(benchmark.name, work, { maxTime: seconds, minSamples: 5 })
  timer.run({ async: false })
  if (timer.error) throw timer.error
  const { rme, sample } = timer.stats
  return { median: median(sample), margin: rme / 100, samples: sample.length }
}

/** The last result: reachable from outside, so that computing it cannot be optimised away. */
export let kept: unknown
