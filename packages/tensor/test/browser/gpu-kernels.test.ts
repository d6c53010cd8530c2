import { GPU } from 'gpu.js'
import { expect, test } from 'vitest'
import { chooseMode } from '../../src/gpu/choose-mode.js'
import type { GpuJs } from '../../src/gpu/gpu-js.js'
import { modes } from '../gpu/modes.js'

test.each(modes)('%s: a kernel that is discarded takes nothing with it', async (mode) => {
  const { device } = await chooseMode(GPU as unknown as GpuJs, mode)
  const [upload, download] = [device.createUpload(2), device.createDownload(2)]
  const plus = (n: number) => device.createKernel(`function (x) { return x[this.thread.x] + ${n}; }`, 2)
  const [one, ten] = [plus(1), plus(10)]
  const x = device.own(await upload(Float32Array.of(1, 2)))
  const read = async (result: typeof x) => [...((await download(result)) as Float32Array)]
  expect(await read(await one(x))).toEqual([2, 3])
  const last = device.own(await ten(x)) // the one that was built last
  device.discard(ten)
  expect(await read(await one(last))).toEqual([12, 13])
  expect(await read(last)).toEqual([11, 12])
  device.release(last)
  expect(device.gpu.kernels).not.toContain(ten.kernel)
  await device.destroy()
})
