import { ones } from '@unroll/tensor'
import type { GpuKernels, Mode } from '@unroll/tensor/gpu'
import { expect, test } from 'vitest'
import { watch } from '../gpu/live.js'
import { modes, open } from '../gpu/modes.js'

test.each(modes)('%s: a device that was destroyed says so', async (mode) => {
  const gpu = await open(mode)
  const x = ones([2]).to(gpu)
  const reading = x.neg().read()
  await gpu.destroy()
  expect(await reading).toEqual(Float32Array.of(-1, -1)) // it was asked for before
  await expect(x.read()).rejects.toThrow(`read: gpu (${mode}) was destroyed`)
  expect(() => x.neg()).toThrow(`neg: gpu (${mode}) was destroyed`)
  expect(() => ones([2]).to(gpu)).toThrow(`to: gpu (${mode}) was destroyed`)
  await gpu.destroy()
})

const losable = modes.filter((mode) => mode === 'webgpu' || mode === 'webgl2')

test.each(losable)('%s: a device that is lost says so, and another takes its place', async (mode) => {
  const lose = catchDevice(mode)
  const gpu = await open(mode)
  const x = ones([2]).to(gpu)
  expect(await x.add(1).read()).toEqual(Float32Array.of(2, 2))
  const pending = x.add(1)
  await lose()
  const advice = new RegExp(`: gpu \\(${mode}\\) was lost .*make another with await gpuKernels\\(GPU\\)`)
  await expect(x.read()).rejects.toThrow(advice)
  await expect(pending.read()).rejects.toThrow(advice)
  await expect(gpu.settle()).rejects.toThrow(advice)
  expect(() => x.add(1)).toThrow(advice)
  expect(() => ones([2]).to(gpu)).toThrow(advice)
  await gpu.destroy()

  const next: GpuKernels = await open(mode)
  expect(await ones([2]).to(next).add(1).read()).toEqual(Float32Array.of(2, 2))
  await next.destroy()
})

/** Gets hold of the device that is opened next. @returns what loses it */
function catchDevice(mode: Mode): () => Promise<unknown> {
  if (mode === 'webgpu') {
    let device: { destroy(): void; readonly lost: Promise<unknown> } | undefined
    const stop = watch(['GPUDevice', 'createBuffer'], (self) => {
      device = self as typeof device
    })
    return () => {
      stop()
      device?.destroy()
      return Promise.resolve(device?.lost)
    }
  }
  let context: WebGL2RenderingContext | undefined
  const stop = watch(['WebGL2RenderingContext', 'createTexture'], (self) => {
    context = self as WebGL2RenderingContext
  })
  return async () => {
    stop()
    context?.getExtension('WEBGL_lose_context')?.loseContext()
  }
}
