import type { GpuKernels, Mode, TraceReport } from '@unroll/tensor/gpu'
import { element } from './element.js'

const names: Readonly<Record<Mode, string>> = {
  webgpu: 'WebGPU',
  webgl2: 'WebGL 2',
  webasm: 'WebAssembly, on the processor',
  cpu: 'JavaScript, on the processor',
}

const [device, programs] = [element('device', HTMLElement), element('programs', HTMLElement)]
const [tried, reasons] = [element('tried', HTMLDetailsElement), element('reasons', HTMLUListElement)]

/** Shows what computes, and why nothing better does. */
export function showDevice(gpu: GpuKernels): void {
  const isGpu = gpu.mode === 'webgpu' || gpu.mode === 'webgl2'
  const software = !gpu.isHardware ? ' (a program on the processor: there is no GPU)' : ''
  device.textContent = isGpu ? `${names[gpu.mode]}: ${gpu.adapter}${software}` : names[gpu.mode]
  device.dataset.mode = gpu.mode
  tried.hidden = gpu.tried.length === 0
  reasons.replaceChildren(...gpu.tried.map(({ mode, problem }) => item(`${names[mode]}: ${problem}`)))
}

/** Shows what became of the step. */
export function showStep({ runs, programs: different, changes }: TraceReport, how = ''): void {
  programs.textContent = `${runs} programs, ${different} different, ${ways[how] ?? 'one after the other'}`
  programs.title = `They change ${changes} tensors: parameters, and what Adam remembers of them`
}

/** What the kinds of gpu.js's executors come to. */
const ways: Readonly<Record<string, string>> = {
  'fused-encoder': 'in one submission',
  'fused-sync': 'in one call of WebAssembly',
}

function item(text: string): HTMLLIElement {
  const made = document.createElement('li')
  made.textContent = text
  return made
}
