import type { GpuArray } from '../eager/gpu-array.js'
import type { Session } from '../eager/session.js'
import type { Plan } from './plan.js'
import { replay } from './replay.js'
import type { Runner } from './runner.js'

/**
 * Steps as calls of the kernels that eager ops use, each array freed after its last use.
 *
 * This is for the modes in which a pipeline of gpu.js makes calls as well, but with a kernel of its own for every
 * place in which a result is kept: on WebGL2 those of 300 calls took 7 s to make, and these a third of a second.
 */
export function kernelRunner(session: Session, plan: Plan): Runner {
  return {
    how: 'kernels',
    async run({ hosts, steps }) {
      session.device.checkThere('compile')
      const held = new Set<GpuArray>()
      const hold = (array: GpuArray) => {
        array.keep()
        held.add(array)
        return array
      }
      const upload = (data: Float32Array) => hold(session.upload('compile', data))
      const read = (arrays: readonly GpuArray[]) => Promise.all(arrays.map((x) => session.download(x.block)))
      try {
        const ending = replay<GpuArray>(
          plan,
          {
            run: (program, args, { dtype }) => hold(session.run(program, args, dtype)),
            done(array) {
              held.delete(array)
              session.memory.free(array.block)
            },
          },
          {
            hosts: hosts.map(upload),
            steps: steps.map((step) => ({ inputs: step.inputs.map(upload), feeds: step.feeds.map(upload) })),
          },
        )
        const stepEndings = ending.steps.map(async (step) => ({
          results: await read(step.results),
          assertions: await read(step.assertions),
        }))
        const [updates, ...given] = await Promise.all([read(ending.updates), ...stepEndings])
        return { updates, steps: given }
      } finally {
        for (const array of held) session.memory.free(array.block)
      }
    },
    async destroy() {},
  }
}
