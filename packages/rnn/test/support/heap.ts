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
