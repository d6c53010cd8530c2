import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

/** Bytes held once all garbage is collected: by objects, and by the buffers of tensors. */
export function bytesHeld(): { objects: number; buffers: number } {
  collectGarbage()
  collectGarbage() // buffers whose owners went in the first go in the second
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return { objects: heapUsed, buffers: arrayBuffers }
}

/** True when nothing holds the target any more: a few collections pass before that is certain. */
export function isCollected(target: WeakRef<object>): Promise<boolean> {
  return whenCollected(() => target.deref() === undefined)
}

/** True when something holds that does when garbage is collected. */
export async function whenCollected(isSo: () => boolean): Promise<boolean> {
  for (let round = 0; round < 30; round++) {
    // In a turn of the event loop of its own: what a WeakRef shows is held until the end of the turn.
    await new Promise((resolve) => setTimeout(resolve))
    collectGarbage()
    if (isSo()) return true
  }
  return false
}
