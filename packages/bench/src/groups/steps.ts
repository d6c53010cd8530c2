import type { Benchmark, Group } from '../benchmark.js'
import { makeReady } from '../ours/ours.js'
import { makeData } from '../workloads/data.js'
import { describe, type Workload, workloads } from '../workloads/workload.js'

/** The workloads that the peers are measured by as well. Reference kernels would take minutes. */
export const steps: Group = {
  name: 'steps',
  variants: ['wasm', 'wasm, 2 threads'],
  benchmarks: () =>
    Object.entries(workloads)
      .filter(([, { workload }]) => workload.kind !== 'matmul')
      .map(([name, { title, workload }]) => {
        const ready = lazily(() => makeReady(workload, makeData(workload)))
        return {
          name: `${name} ${title} (${describe(workload)})`,
          work: workOf(workload),
          run: () => ready().step(),
        }
      }),
}

function workOf(workload: Workload): Benchmark['work'] {
  if (workload.kind === 'generate') return { amount: workload.length, unit: 'symbol' }
  return { amount: 1, unit: 'step' }
}

/** Made when it is first asked for: the large models are not all held at once from the start. */
function lazily<T>(make: () => T): () => T {
  let made: T | undefined
  return () => {
    made ??= make()
    return made
  }
}
