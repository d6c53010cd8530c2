import { type Build, plain, relaxed } from './bytes.js'

/**
 * The kernels' WebAssembly module, its memory its own or shared with other threads; undefined where the
 * engine has no WebAssembly or no SIMD (or a page's policy forbids it).
 *
 * Two builds of one source are at hand. The first fuses multiplications and additions (`relaxed_madd`);
 * an engine that does not know that instruction yet refuses it, and gets the second.
 */
export function loadModule(shared: boolean): WebAssembly.Module | undefined {
  if (!loaded.has(shared)) loaded.set(shared, compile(relaxed, shared) ?? compile(plain, shared))
  return loaded.get(shared)
}

/** Compiled once: every engine has an instance. */
const loaded = new Map<boolean, WebAssembly.Module | undefined>()

function compile({ base64, memoryFlagAt }: Build, shared: boolean): WebAssembly.Module | undefined {
  try {
    const text = atob(base64)
    const bytes = new Uint8Array(text.length)
    for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
    // The limits of the memory that is imported: 1, they have a maximum; 2, it is shared.
    bytes[memoryFlagAt] = shared ? 3 : 1
    return new WebAssembly.Module(bytes)
  } catch {
    return undefined
  }
}
