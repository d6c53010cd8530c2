import { fail } from '../../errors.js'
import { DeviceArray } from '../../kernels/elements.js'
import type { Executor } from '../executor.js'
import { GpuArray } from './gpu-array.js'
import { HostOperands } from './host-operands.js'
import type { Session } from './session.js'

/** Runs programs as they come. */
export function eagerExecutor(session: Session): Executor {
  const { name } = session.device
  const hosts = new HostOperands(session)
  return {
    name,
    sharesArrays: false,
    array: ({ storage }) =>
      storage.elements instanceof DeviceArray ? storage.elements : hosts.array(storage),
    run: (program, args, dtype) => session.run(program, args, dtype),
    numbers: (_, make) => session.upload('numbers', Float32Array.from(make())),
    store(target, elements) {
      const former = target.elements
      if (!(elements instanceof GpuArray)) fail('assign', `the new elements are not on ${name}`)
      hosts.forget(target)
      target.elements = elements
      session.memory.replace(former instanceof GpuArray ? former.block : undefined, elements.block)
    },
  }
}
