import { Random, type Tensor, tensor } from '@unroll/tensor'
import { type GpuKernels, gpuKernels } from '@unroll/tensor/gpu'
import * as gpuJs from 'gpu.js'
import { describe, expect, test } from 'vitest'
import { batchesOf, CharLM, trainer } from '../support/char-lm.js'

/*
 * A device can go at any time: the driver restarts, a laptop changes graphics cards. What a compiled step has done until then
 * is on the host.
 */

const { GPU } = gpuJs
const symbols = 5
const batches = batchesOf(symbols, 8, 2, 4)

/** A way to lose a device, and what it is lost from. */
interface Loss {
  readonly make: () => Promise<GpuKernels>
  readonly lose: (gpu: GpuKernels) => Promise<void>
  /** Whether a further call finds another device. */
  readonly returns: boolean
}

const inPage = typeof document === 'object'
const losses: Record<string, Loss> = inPage ? inBrowser() : inNode()

describe.each(Object.entries(losses))('when %s', (_, { make, lose, returns }) => {
  test('the last parameters are those of the last call that was completed', async () => {
    const gpu = await make()
    const dropped = trainer(new CharLM(symbols, 4, { numLayers: 1, dropout: 0, rng: new Random(5) }))
    const whole = trainer(new CharLM(symbols, 4, { numLayers: 1, dropout: 0, rng: new Random(5) }))
    const train = gpu.compile(dropped.step, { stepsPerCall: 2 })
    await train.all(batches.slice(0, 4))
    for (const batch of batches.slice(0, 4)) whole.step(batch)
    const before = figuresOf(dropped)
    expectClose(before, figuresOf(whole))

    await lose(gpu)
    await expect(train.all(batches.slice(4))).rejects.toThrow(
      /^compile: the device was lost \(.*\); tensors are as the last completed call, number 2, left them/,
    )
    expect(figuresOf(dropped)).toEqual(before)

    if (returns) await train.all(batches.slice(4))
    else for (const batch of batches.slice(4)) dropped.step(batch)
    for (const batch of batches.slice(4)) whole.step(batch)
    expectClose(figuresOf(dropped), figuresOf(whole))
  })

  if (inPage)
    test('in the middle of a call, that call fails and says so', async () => {
      const gpu = await make()
      const { step, ...rest } = trainer(new CharLM(symbols, 4, { numLayers: 1, rng: new Random(5) }))
      const train = gpu.compile(step)
      await train(batches[0])
      const before = figuresOf({ step, ...rest })
      const call = train(batches[1])
      await Promise.all([
        expect(call).rejects.toThrow(
          /^compile: the device was lost \(.*\); tensors are as the last completed call, number 1,/,
        ),
        lose(gpu),
      ])
      expect(figuresOf({ step, ...rest })).toEqual(before)
    })

  // What gpu.js is made to say in Node is said by pipelines alone.
  if (inPage)
    test('ops say so, and what to do', async () => {
      const gpu = await make()
      const x = tensor([1, 2]).to(gpu)
      await lose(gpu)
      const lost = /was lost .*make another with await gpuKernels\(GPU\).*those on the host are safe/s
      await expect((async () => x.add(1).read())()).rejects.toThrow(lost)
      await expect(x.read()).rejects.toThrow(lost)
      const again = await make()
      expect(await tensor([1, 2]).to(again).add(1).read()).toEqual(Float32Array.of(2, 3))
      await again.destroy()
    })
})

/** In Node there is nothing that could be lost, so gpu.js is made to say so. */
function inNode(): Record<string, Loss> {
  let lost = false
  class Losing extends GPU {
    override createPipeline(...args: Parameters<InstanceType<typeof GPU>['createPipeline']>) {
      const pipeline = super.createPipeline(...args)
      const call = async (...given: unknown[]) => {
        if (!lost) return pipeline(...(given as []))
        lost = false
        throw new Error('WebGPU device was lost')
      }
      return Object.assign(call, { pipeline: pipeline.pipeline, destroy: () => pipeline.destroy() }) as never
    }
  }
  const lose = async () => {
    lost = true
  }
  return {
    'gpu.js says that it was lost': {
      make: () => gpuKernels(Losing, { mode: 'webasm' }),
      lose,
      returns: true,
    },
  }
}

function inBrowser(): Record<string, Loss> {
  const { WebGPUContext } = gpuJs as unknown as {
    WebGPUContext: { acquire(): Promise<{ device: { destroy(): void; lost: Promise<unknown> } }> }
  }
  const losesDevice = async () => {
    const { device } = await WebGPUContext.acquire()
    device.destroy()
    await device.lost
    await new Promise((resolve) => setTimeout(resolve)) // gpu.js hears of it too
  }
  // The context of WebGL that was made last: gpu.js keeps it to itself.
  let context: WebGL2RenderingContext | undefined
  const { getContext } = OffscreenCanvas.prototype
  const remembering = async () => {
    const former = HTMLCanvasElement.prototype.getContext
    const note = function (this: never, ...args: never[]) {
      const made = (former as (...args: never[]) => unknown).apply(this, args)
      if (made instanceof WebGL2RenderingContext) context = made
      return made
    }
    HTMLCanvasElement.prototype.getContext = note as never
    OffscreenCanvas.prototype.getContext = function (this: never, ...args: never[]) {
      const made = (getContext as (...args: never[]) => unknown).apply(this, args)
      if (made instanceof WebGL2RenderingContext) context = made
      return made
    } as never
    try {
      return await gpuKernels(GPU, { mode: 'webgl2' })
    } finally {
      HTMLCanvasElement.prototype.getContext = former
      OffscreenCanvas.prototype.getContext = getContext
    }
  }
  const losesContext = async () => {
    context?.getExtension('WEBGL_lose_context')?.loseContext()
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(context?.isContextLost()).toBe(true)
  }
  return {
    'a WebGPU device is lost': {
      make: () => gpuKernels(GPU, { mode: 'webgpu' }),
      lose: losesDevice,
      returns: true,
    },
    'a WebGL context is lost': { make: remembering, lose: losesContext, returns: false },
  }
}

function figuresOf({ model, optimizer }: ReturnType<typeof trainer>): Record<string, number[]> {
  const states: Record<string, Tensor> = { ...model.stateDict(), ...optimizer.stateDict() }
  return Object.fromEntries(Object.entries(states).map(([key, { data }]) => [key, [...data]]))
}

function expectClose(actual: Record<string, number[]>, wanted: Record<string, number[]>): void {
  for (const [key, figures] of Object.entries(actual))
    figures.forEach((x, i) => {
      if (!(Math.abs(x - wanted[key][i]) <= 1e-4)) expect.fail(`${key}[${i}] is ${x}, want ${wanted[key][i]}`)
    })
}
