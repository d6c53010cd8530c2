import { fail } from '../errors.js'
import { isSoftware } from './eager/adapter-name.js'
import { Device } from './eager/device.js'
import { probe } from './eager/probe.js'
import { type GpuJs, type Mode, modes } from './gpu-js.js'

/** A mode that was not taken, and why not. */
export interface Tried {
  readonly mode: Mode
  readonly problem: string
}

export interface Choice {
  readonly device: Device
  readonly tried: readonly Tried[]
}

/**
 * The device of a mode, or with 'auto' of the best that works. To work is to have computed something right.
 * @throws UnrollError when it does not work: says why, and which modes do.
 */
export async function chooseMode(GPU: GpuJs, wanted: Mode | 'auto'): Promise<Choice> {
  if (wanted === 'auto') return chooseBest(GPU)
  const opened = await open(GPU, wanted)
  if (opened instanceof Device) return { device: opened, tried: [] }
  const others = await working(
    GPU,
    modes.filter((mode) => mode !== wanted),
  )
  const advice = others.length > 0 ? `these do: ${others.join(', ')}` : 'no other does either'
  return fail('gpuKernels', `the mode ${wanted} does not work here: ${opened}; ${advice}`)
}

/** A GPU that is only a program on the processor is slower than WebAssembly there, and comes after it. */
async function chooseBest(GPU: GpuJs): Promise<Choice> {
  const tried: Tried[] = []
  const slow: Mode[] = []
  for (const mode of ['webgpu', 'webgl2', 'webasm'] as const) {
    const opened = await open(GPU, mode)
    if (typeof opened === 'string') tried.push({ mode, problem: opened })
    else if (isSoftware(opened.adapter)) {
      slow.push(mode)
      tried.push({ mode, problem: `its adapter, ${opened.adapter}, is software: webasm is faster` })
      await opened.destroy()
    } else return { device: opened, tried }
  }
  for (const mode of [...slow, 'cpu'] as const) {
    const opened = await open(GPU, mode)
    if (opened instanceof Device) return { device: opened, tried: tried.filter((t) => t.mode !== mode) }
    tried.push({ mode, problem: opened })
  }
  return fail(
    'gpuKernels',
    `no mode works here: ${tried.map(({ mode, problem }) => `${mode}: ${problem}`).join('; ')}`,
  )
}

async function working(GPU: GpuJs, candidates: readonly Mode[]): Promise<Mode[]> {
  const found: Mode[] = []
  for (const mode of candidates) {
    const opened = await open(GPU, mode)
    if (typeof opened === 'string') continue
    found.push(mode)
    await opened.destroy()
  }
  return found
}

/** The device, or why there is none. */
async function open(GPU: GpuJs, mode: Mode): Promise<Device | string> {
  const missing = whatIsMissing(GPU, mode)
  if (missing) return missing
  let device: Device | undefined
  try {
    device = new Device(GPU, mode)
    await probe(device)
    return device
  } catch (error) {
    await device?.destroy().catch(() => {}) // it is not to be used anyway
    return error instanceof Error ? error.message : String(error)
  }
}

function whatIsMissing(GPU: GpuJs, mode: Mode): string | undefined {
  if (mode === 'webgpu' && !GPU.isWebGPUSupported) return 'there is no WebGPU (no navigator.gpu)'
  if (mode === 'webgl2' && !GPU.isWebGL2Supported) return 'there is no WebGL 2'
  if (mode === 'webasm' && !GPU.isWebAssemblySupported) return 'there is no WebAssembly'
  return undefined
}
