import { GPU, type GPUInternalMode, type GPUMode } from 'gpu.js'
import { expect, test } from 'vitest'

/*
 * gpu.js's modes: in Node those that need no GPU, in a browser all. What is tested by mode stands on this: a mode that
 * does not answer fails here, and is not passed over.
 */

const inBrowser = typeof document === 'object'

/** A mode, and what gpu.js calls the kind of kernel that it makes. */
const modes: [GPUMode | GPUInternalMode, kind: string][] = [
  ['cpu', 'cpu'],
  ['webasm', 'webasm'],
]
if (inBrowser) modes.push(['webgl2', 'gpu'], ['webgpu', 'webgpu'])

test.each(modes)('%s answers, and nothing answers for it', async (mode, kind) => {
  const gpu = new GPU({ mode })
  const squares = gpu.createKernel('function (x) { return x[this.thread.x] * x[this.thread.x] }', {
    output: [3],
    precision: 'single',
    asyncMode: true,
  })
  expect(await squares([1, 2, 3])).toEqual(Float32Array.of(1, 4, 9))
  // Where a mode does not work, gpu.js says why and goes on in another.
  const { kernel } = squares
  expect(kernel.fallbackReason ?? undefined).toBe(undefined)
  expect(Reflect.get(kernel.constructor, 'mode')).toBe(kind)
  if (mode === 'webgl2') expect(kernel.context).toBeInstanceOf(WebGL2RenderingContext)
  await gpu.destroy()
})
