import { fail, UnrollError } from './errors.js'
import { tracer } from './kernels/active.js'
import { DeviceArray } from './kernels/elements.js'
import type { Tensor } from './tensor.js'

/**
 * Says that the one element of x is other than 0: that gradients are finite, say. On the host that is checked at once; on a
 * device, where nothing can be looked at at once, the next `read` rejects where it is not so; and of a step
 * that is compiled, the call in which it is not.
 * @param message the whole of what the error says; asked for only then.
 * @throws UnrollError when it is 0, and on the host.
 */
export function assertLater(x: Tensor, message: () => string): void {
  const { device } = x
  if (!device) {
    if (x.item() === 0) throw new UnrollError(message())
    return
  }
  const { elements } = x.storage
  const whole = elements.length === 1 ? elements : device.copy(x, x.dtype)
  const traced = tracer()
  if (traced) {
    traced.asserts(whole, message)
    return
  }
  if (!device.assert || !(whole instanceof DeviceArray))
    fail('assertLater', `${device.name} has no way to find out later`)
  device.assert(whole, message)
}
