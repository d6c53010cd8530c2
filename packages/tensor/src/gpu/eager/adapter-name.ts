import type { Mode } from '../gpu-js.js'

/** As much as is used of what WebGPU says of an adapter. */
interface AdapterInfo {
  readonly vendor?: string
  readonly architecture?: string
  readonly device?: string
  readonly description?: string
  readonly isFallbackAdapter?: boolean
}

/** What computes, as the platform calls it; by the context of gpu.js, where a mode has one. */
export function adapterName(mode: Mode, context: unknown): string {
  if (mode === 'webgpu')
    return nameOfAdapter((context as { adapter: { info?: AdapterInfo } }).adapter.info ?? {})
  if (mode === 'webgl2') return nameOfRenderer(context as WebGL2RenderingContext)
  return mode === 'webasm' ? 'WebAssembly' : 'JavaScript'
}

/** True when an adapter is a program that does on the processor what a GPU would do. */
export function isSoftware(adapter: string): boolean {
  return /swiftshader|llvmpipe|lavapipe|softpipe|software|basic render/i.test(adapter)
}

function nameOfAdapter(info: AdapterInfo): string {
  const { vendor, architecture, device, description, isFallbackAdapter } = info
  const name = description || [vendor, architecture, device].filter(Boolean).join(' ') || 'unknown adapter'
  return isFallbackAdapter && !isSoftware(name) ? `${name} (software)` : name
}

function nameOfRenderer(gl: WebGL2RenderingContext): string {
  const extension = gl.getExtension('WEBGL_debug_renderer_info')
  return String(gl.getParameter(extension ? extension.UNMASKED_RENDERER_WEBGL : gl.RENDERER))
}
