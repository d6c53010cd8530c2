import { existsSync } from 'node:fs'

/** The path of a Chromium; undefined where there is none. `CHROMIUM` in the environment says where else to look. */
export function findChromium(): string | undefined {
  return [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
    (path) => path && existsSync(path),
  )
}

const always = [
  '--no-sandbox',
  '--disable-background-networking',
  '--enable-unsafe-webgpu',
  // What WebGPU goes through on Linux
  '--enable-features=Vulkan',
]

/** With these, WebGL2 and WebGPU answer on any machine: SwiftShader does on the processor what a GPU would do. */
export const softwareArguments: readonly string[] = [
  ...always,
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--use-webgpu-adapter=swiftshader',
]

/** With these, the machine's GPU answers, also where Chromium does not trust its driver. */
export const gpuArguments: readonly string[] = [
  ...always,
  '--ignore-gpu-blocklist',
  ...(process.platform === 'linux' ? ['--use-angle=vulkan'] : []),
]
