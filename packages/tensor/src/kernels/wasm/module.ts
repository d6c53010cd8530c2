import { memoryFlagAt, pieces } from './bytes.js'

/** The builds of the one source that are at hand: with SIMD, and with relaxed SIMD too. */
const [plain, relaxed] = [0, 1] as const

/**
 * The kernels' WebAssembly module, its memory its own or shared with other threads; undefined where the
 * engine has no WebAssembly or no SIMD (or a page's policy forbids it).
 */
export function loadModule(shared: boolean): WebAssembly.Module | undefined {
  if (!loaded.has(shared)) loaded.set(shared, compile(shared))
  return loaded.get(shared)
}

/** Compiled once: every engine has an instance. */
const loaded = new Map<boolean, WebAssembly.Module | undefined>()

function compile(shared: boolean): WebAssembly.Module | undefined {
  try {
    const build = WebAssembly.validate(fusing) ? relaxed : plain
    const bytes = decode(pieces.filter((_, i) => i % 2 === build).join(''))
    // The limits of the memory that is imported: 1, they have a maximum; 2, it is shared.
    bytes[memoryFlagAt[build]] = shared ? 3 : 1
    return new WebAssembly.Module(bytes)
  } catch {
    return undefined
  }
}

/**
 * A module of one function, which multiplies and adds in one instruction of relaxed SIMD: an engine that does not
 * know that finds the module invalid.
 */
// biome-ignore format: a section a line
const fusing = Uint8Array.of(
  0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
  1, 5, 1, 0x60, 0, 1, 0x7b, // one type: () → v128
  3, 2, 1, 0, // one function, of that type
  10, 19, 1, 17, 0, // its code, without locals:
  0x41, 0, 0xfd, 0x0f, 0x41, 0, 0xfd, 0x0f, 0x41, 0, 0xfd, 0x0f, // i32.const 0, i8x16.splat, three times
  0xfd, 0x85, 2, 0x0b, // f32x4.relaxed_madd, end
)

/** The bytes that hexadecimal digits stand for. They are many, and loops are slow at first: 4 bytes at a time. */
function decode(hex: string): Uint8Array<ArrayBuffer> {
  const bytes = new DataView(new ArrayBuffer(Math.ceil(hex.length / 8) * 4))
  for (let at = 0; at < hex.length; at += 8)
    bytes.setUint32(at / 2, Number.parseInt(hex.slice(at, at + 8).padEnd(8, '0'), 16))
  return new Uint8Array(bytes.buffer, 0, hex.length / 2)
}
