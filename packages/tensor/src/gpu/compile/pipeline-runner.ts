import { kernelSettings } from '../eager/kernel-settings.js'
import type { Session } from '../eager/session.js'
import type { GpuKernel, Handle, Pipeline } from '../gpu-js.js'
import { type Plan, programKey } from './plan.js'
import { type Beginning, replay } from './replay.js'
import type { Runner } from './runner.js'

/**
 * Steps as pipelines of gpu.js, one for each number of them: on WebGPU a single list of commands over buffers that are
 * laid out once, in WebAssembly one plan over one memory.
 */
export function pipelineRunner({ device }: Session, plan: Plan): Runner {
  const kernels = new Map<string, GpuKernel>()
  const pipelines = new Map<number, Pipeline>()
  let last: Pipeline | undefined
  // An array without elements is handed over as one of a single 0, which nothing reads.
  const spare = Float32Array.of(0)
  const filled = (data: Float32Array) => (data.length === 0 ? spare : data)

  const make = (count: number): Pipeline => {
    const record = (...handles: Handle[]): Handle[] => {
      const [none, ...given] = handles
      const take = (n: number) => given.splice(0, n)
      const begin: Beginning<Handle> = {
        hosts: take(plan.hosts.length),
        steps: Array.from({ length: count }, () => ({
          inputs: take(plan.inputs.length),
          feeds: take(plan.feeds.length),
        })),
      }
      const ending = replay<Handle>(
        plan,
        {
          run(program, args, value) {
            if (program.size === 0) return none
            const key = programKey(program, value)
            let kernel = kernels.get(key)
            if (!kernel) {
              const source = program.source()
              kernel = device.gpu.createKernel(source, kernelSettings(source, program.size))
              kernels.set(key, kernel)
            }
            return (kernel as (...args: unknown[]) => Handle)(...args)
          },
        },
        begin,
      )
      return [
        ...ending.updates,
        ...ending.steps.flatMap(({ results, assertions }) => [...results, ...assertions]),
      ]
    }
    // gpu.js asks the function how many arguments it has.
    const total = 1 + plan.hosts.length + count * (plan.inputs.length + plan.feeds.length)
    Object.defineProperty(record, 'length', { value: total })
    return device.gpu.createPipeline(record, { threads: false })
  }

  return {
    get how() {
      return last?.pipeline.executorKind
    },
    async run({ hosts, steps }) {
      device.checkNotDestroyed('compile')
      const pipeline = pipelines.get(steps.length) ?? make(steps.length)
      pipelines.set(steps.length, pipeline)
      last = pipeline
      const args = [...hosts, ...steps.flatMap(({ inputs, feeds }) => [...inputs, ...feeds])]
      const wasLost = device.isLost
      const results = await pipeline(spare, ...args.map(filled)).catch(async (problem) => {
        // In the middle of a run, WebGPU only says that a buffer was unmapped; some moments later, why.
        for (let k = 0; k < 20 && !device.isLost; k++) await new Promise((resolve) => setTimeout(resolve, 10))
        if (wasLost || !device.isLost) throw problem
        throw new Error(`the device was lost in the middle of it: ${problem.message}`, { cause: problem })
      })
      let at = 0
      const take = (values: readonly { readonly value: { readonly length: number } }[]) =>
        values.map(({ value }) => results[at++].subarray(0, value.length))
      return {
        updates: take(plan.updates),
        steps: steps.map(() => ({ results: take(plan.results), assertions: take(plan.assertions) })),
      }
    },
    async destroy() {
      for (const pipeline of pipelines.values()) await pipeline.destroy()
      for (const kernel of kernels.values()) device.discard(kernel)
    },
  }
}
