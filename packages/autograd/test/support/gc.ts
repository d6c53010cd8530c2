import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

/** True when nothing holds the target any more: a few collections pass before that is certain. */
export async function isCollected(target: WeakRef<object>): Promise<boolean> {
  for (let round = 0; round < 30; round++) {
    await collectGarbage()
    if (target.deref() === undefined) return true
  }
  return false
}

/** Bytes in use after a collection: objects, and the typed arrays outside of the heap. */
export async function bytesInUse(): Promise<number> {
  for (let round = 0; round < 3; round++) await collectGarbage()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** In a turn of the event loop of its own: what a WeakRef shows is held until the end of the turn. */
async function collectGarbage(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve))
  collect()
}
