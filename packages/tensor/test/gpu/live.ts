import type { Mode } from '@unroll/tensor/gpu'

/** How a platform makes and frees device memory: in whose methods, and which object is then freed. */
interface Api {
  readonly maker: readonly [className: string, method: string]
  readonly freer: readonly [className: string, method: string]
  readonly freed: (self: object, argument: object) => object
}

const apis: Partial<Record<Mode, Api>> = {
  webgpu: {
    maker: ['GPUDevice', 'createBuffer'],
    freer: ['GPUBuffer', 'destroy'],
    freed: (buffer) => buffer,
  },
  webgl2: {
    maker: ['WebGL2RenderingContext', 'createTexture'],
    freer: ['WebGL2RenderingContext', 'deleteTexture'],
    freed: (_, texture) => texture,
  },
}

/**
 * How much of a device's memory is in use, as the platform sees it: how many textures or buffers were made from now on and
 * are not freed. Where there is no such platform, how many arrays there are.
 */
export function countLive(mode: Mode, arrays: () => number): { count(): number; stop(): void } {
  const api = apis[mode]
  if (!api) return { count: arrays, stop() {} }
  const live = new Set<object>()
  const stops = [
    watch(api.maker, (_self, _argument, made) => live.add(made)),
    watch(api.freer, (self, argument) => live.delete(api.freed(self, argument))),
  ]
  return {
    count: () => live.size,
    stop() {
      for (const stop of stops) stop()
    },
  }
}

/** Tells of the calls of a method. @returns what ends it */
export function watch(
  [className, method]: readonly [className: string, method: string],
  called: (self: object, argument: object, result: object) => void,
): () => void {
  const { prototype } = Reflect.get(globalThis, className)
  const original = prototype[method]
  prototype[method] = function (this: object, ...args: object[]) {
    const result = original.apply(this, args)
    called(this, args[0], result)
    return result
  }
  return () => {
    prototype[method] = original
  }
}
