import { GPU } from 'gpu.js'
import { expect, test } from 'vitest'
import { chooseMode } from '../../src/gpu/choose-mode.js'
import type { Gpu, GpuJs, KernelSettings, Mode } from '../../src/gpu/gpu-js.js'

/** A platform on which everything runs on the processor, but each mode in the way that is asked for. */
type Ways = Partial<Record<Mode, 'right' | 'wrong' | 'elsewhere' | 'throws' | 'software'>>

const kinds: Record<Mode, string> = { webgpu: 'webgpu', webgl2: 'gpu', webasm: 'webasm', cpu: 'cpu' }

function platform(ways: Ways): { GPU: GpuJs; open: Set<Mode> } {
  const open = new Set<Mode>()
  class Platform {
    static isWebGPUSupported = ways.webgpu !== undefined
    static isWebGL2Supported = ways.webgl2 !== undefined
    static isWebAssemblySupported = ways.webasm !== undefined
    readonly #real = new GPU({ mode: 'cpu' }) as unknown as Gpu
    readonly #mode: Mode
    readonly kernels: unknown[] = []

    constructor({ mode }: { mode: Mode }) {
      if (ways[mode] === 'throws') throw new Error(`no ${mode} today`)
      this.#mode = mode
      open.add(mode)
    }

    get context() {
      const name = ways.webgl2 === 'software' ? 'llvmpipe (LLVM 15.0)' : 'A real one'
      return { getExtension: () => null, getParameter: () => name }
    }

    createKernel(source: string, settings: KernelSettings) {
      const way = ways[this.#mode]
      const real = this.#real.createKernel(source, settings)
      const isIdentity = source.includes('return x[this.thread.x];')
      const call = (...args: never[]) => {
        const result = real(...args) as Float32Array
        return way === 'wrong' && !isIdentity ? result.map((x) => Math.fround(x * (1 + 2 ** -10))) : result
      }
      const kind = way === 'elsewhere' ? 'cpu' : kinds[this.#mode]
      const info =
        way === 'software' ? { description: 'SwiftShader' } : { vendor: 'acme', architecture: 'one' }
      return Object.assign(call, {
        kernel: {
          constructor: { mode: kind },
          context: { adapter: { info } },
          fallbackReason: way === 'elsewhere' ? 'it has a cold' : undefined,
        },
        destroy: () => real.destroy(),
      })
    }

    async destroy() {
      open.delete(this.#mode)
      await this.#real.destroy()
    }
  }
  return { GPU: Platform as unknown as GpuJs, open }
}

const all: Ways = { webgpu: 'right', webgl2: 'right', webasm: 'right', cpu: 'right' }

test.each<[string, Ways, Mode, adapter: string, tried: (string | RegExp)[][]]>([
  ['all works: the best', all, 'webgpu', 'acme one', []],
  [
    'wrong results are no results',
    { ...all, webgpu: 'wrong' },
    'webgl2',
    'A real one',
    [['webgpu', /does not compute right: got/]],
  ],
  [
    'what goes on elsewhere is not taken',
    { ...all, webgpu: 'throws', webgl2: 'elsewhere' },
    'webasm',
    'WebAssembly',
    [
      ['webgpu', 'no webgpu today'],
      ['webgl2', 'gpu.js runs it as cpu instead: it has a cold'],
    ],
  ],
  [
    'software comes after WebAssembly',
    { ...all, webgpu: 'software', webgl2: 'software' },
    'webasm',
    'WebAssembly',
    [
      ['webgpu', /SwiftShader, is software/],
      ['webgl2', /llvmpipe.*is software/],
    ],
  ],
  [
    'but before plain JavaScript',
    { webgl2: 'software', cpu: 'right' },
    'webgl2',
    'llvmpipe (LLVM 15.0)',
    [
      ['webgpu', /no WebGPU/],
      ['webasm', /no WebAssembly/],
    ],
  ],
  [
    'the last resort',
    { cpu: 'right' },
    'cpu',
    'JavaScript',
    [
      ['webgpu', /no WebGPU/],
      ['webgl2', /no WebGL 2/],
      ['webasm', /no WebAssembly/],
    ],
  ],
])('auto, %s', async (_, ways, mode, adapter, tried) => {
  const { GPU, open } = platform(ways)
  const choice = await chooseMode(GPU, 'auto')
  expect(choice.device.mode).toBe(mode)
  expect(choice.device.adapter).toBe(adapter)
  expect(choice.tried).toEqual(
    tried.map(([mode, problem]) => ({
      mode,
      problem: typeof problem === 'string' ? problem : expect.stringMatching(problem),
    })),
  )
  expect([...open]).toEqual([mode]) // those that were tried are closed again
  await choice.device.destroy()
})

test('a mode that does not work is an error that says why, and which do', async () => {
  const { GPU, open } = platform({ ...all, webgl2: 'wrong', webgpu: 'elsewhere' })
  await expect(chooseMode(GPU, 'webgl2')).rejects.toThrow(
    /^gpuKernels: the mode webgl2 does not work here: it does not compute right: .*; these do: webasm, cpu$/,
  )
  await expect(chooseMode(platform({ cpu: 'throws' }).GPU, 'webgpu')).rejects.toThrow(
    /no WebGPU.*; no other does either$/,
  )
  expect([...open]).toEqual([])
})

test('where nothing works, all reasons are given', async () => {
  await expect(chooseMode(platform({ cpu: 'throws' }).GPU, 'auto')).rejects.toThrow(
    /^gpuKernels: no mode works here: webgpu: .*; webgl2: .*; webasm: .*; cpu: no cpu today$/,
  )
})
