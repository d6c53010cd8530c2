import type { Plan } from './plan.js'
import type { StepEnding } from './replay.js'
import type { Runner } from './runner.js'

/**
 * Steps one at a time by another runner, handing on what each of them changes.
 *
 * This is for a device in the host's own memory, where nothing is saved by handing over many at once: as one pipeline
 * in WebAssembly, 10 steps of an LSTM are no faster than as 10 calls of a pipeline of one, and take six times as long to
 * compile, since gpu.js makes a module for every place that a result is kept in.
 */
export function stepByStep(runner: Runner, { hosts, updates }: Plan): Runner {
  const places = new Map(hosts.map(({ storage }, k) => [storage, k]))
  return {
    get how() {
      return runner.how
    },
    async run({ hosts: begin, steps: given }) {
      const now = [...begin]
      const steps: StepEnding<Float32Array>[] = []
      let changed: readonly Float32Array[] = []
      for (const step of given) {
        const ending = await runner.run({ hosts: now, steps: [step] })
        steps.push(...ending.steps)
        changed = ending.updates
        for (const [k, { storage }] of updates.entries()) {
          const place = places.get(storage)
          if (place !== undefined) now[place] = changed[k]
        }
      }
      return { updates: changed, steps }
    },
    destroy: () => runner.destroy(),
  }
}
