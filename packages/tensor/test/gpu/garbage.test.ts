import { ones, withKernels } from '@unroll/tensor'
import { expect, test } from 'vitest'
import { isCollected, whenCollected } from '../../../../test/support/garbage.js'
import { modes, open } from './modes.js'

test.each(modes)('%s: what nobody holds any more is freed by garbage collection', async (mode) => {
  const gpu = await open(mode)
  const x = ones([1000]).to(gpu)
  const make = () => {
    let y = x
    for (let k = 0; k < 100; k++) y = y.add(x)
    return new WeakRef(y)
  }
  const last = make()
  expect(gpu.memory().arrays).toBe(101)
  expect(await isCollected(last)).toBe(true)
  expect(await whenCollected(() => gpu.memory().arrays === 1)).toBe(true)
  expect(gpu.memory()).toEqual({ arrays: 1, bytes: 4000 })
  expect((await x.read())[999]).toBe(1)
  await gpu.destroy()
})

test.each(modes)('%s: what was brought there for a tensor of the host goes with it', async (mode) => {
  const gpu = await open(mode)
  const use = () => {
    const w = ones([1000]).add(1)
    for (let k = 0; k < 3; k++)
      gpu.scope(() => {
        withKernels(gpu, () => w.neg())
      })
    expect(gpu.memory().arrays).toBe(1) // used again and again, so it stays
    return new WeakRef(w)
  }
  expect(await isCollected(use())).toBe(true)
  expect(await whenCollected(() => gpu.memory().arrays === 0)).toBe(true)
  await gpu.destroy()
})

test.each(modes)('%s: a device that nobody uses any more is garbage', async (mode) => {
  const use = async () => {
    const gpu = await open(mode)
    await ones([10]).to(gpu).neg().read()
    await gpu.destroy()
    return new WeakRef(gpu)
  }
  expect(await isCollected(await use())).toBe(true)
})
