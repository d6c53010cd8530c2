// Compiles the WebAssembly kernels from their AssemblyScript, twice (see module.ts beside them), and writes them
// as a module of the tensor package: bytes.ts, which is not kept in git. Does nothing when they have not changed.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const wasm = join(root, 'packages', 'tensor', 'src', 'kernels', 'wasm')
const assembly = join(wasm, 'assembly')
const output = join(wasm, 'bytes.ts')

/** 64 KiB each: 4 GiB, all that 32-bit pointers reach. */
const maximumPages = 65536

const require = createRequire(join(root, 'packages', 'tensor', 'package.json'))
const compiler = join(dirname(require.resolve('assemblyscript/package.json')), 'dist', 'asc.js')

const sources = readdirSync(assembly, { recursive: true })
  .filter((name) => /\.(ts|json)$/.test(name))
  .sort()
  .map((name) => join(assembly, name))
const inputs = [...sources, fileURLToPath(import.meta.url), require.resolve('assemblyscript/package.json')]
const stamp = `// ${inputs.reduce((hash, path) => hash.update(readFileSync(path)), createHash('sha256')).digest('hex')}`
if (!existsSync(output) || !readFileSync(output, 'utf8').startsWith(stamp)) await build()

async function build() {
  const asc = (await import(pathToFileURL(compiler).href)).default
  const plain = await compile(asc, ['simd'])
  const relaxed = await compile(asc, ['simd', 'relaxed-simd'])
  const names = WebAssembly.Module.exports(new WebAssembly.Module(plain))
    .filter(({ kind }) => kind === 'function')
    .map(({ name }) => `'${name}'`)
  const text = `${stamp}
// Written by scripts/build-kernels.mjs from assembly/: not to be edited.
export type Export = ${names.join(' | ')}
export const maximumPages = ${maximumPages}

/** Where the flags of the imported memory's limits stand in a build: in the plain one, and in that with relaxed SIMD. */
export const memoryFlagAt = [${memoryFlagAt(plain)}, ${memoryFlagAt(relaxed)}] as const

/**
 * Both builds in hexadecimal, a piece of the plain one and a piece of the other in turns: most of the second is in
 * the first, and a compressor finds it when it is near.
 */
export const pieces: readonly string[] = [
${interleave(plain, relaxed)}
]
`
  writeFileSync(output, text)
}

function interleave(plain, relaxed) {
  const [a, b] = [plain, relaxed].map((binary) => Buffer.from(binary).toString('hex'))
  const size = 8192
  const count = Math.ceil(Math.max(a.length, b.length) / size)
  const piece = (text, i) => `  '${text.slice(i * size, (i + 1) * size)}',`
  return Array.from({ length: count }, (_, i) => `${piece(a, i)}\n${piece(b, i)}`).join('\n')
}

async function compile(asc, features) {
  let binary
  // 201: that a pointer has 32 bits, which is all there are here.
  const flags = ['-O3', '--noAssert', '--runtime', 'stub', '--use', 'abort=', '--disableWarning', '201']
  const memory = [
    '--importMemory',
    '--noExportMemory',
    '--sharedMemory',
    '--initialMemory',
    '16',
    '--maximumMemory',
    `${maximumPages}`,
  ]
  const { error, stderr } = await asc.main(
    ['index.ts', ...flags, ...memory, '--enable', ['threads', ...features].join(','), '-o', 'kernels.wasm'],
    {
      readFile: (name) => readSource(name),
      writeFile: (name, content) => {
        if (name === 'kernels.wasm') binary = content
      },
      listFiles: () => [],
    },
  )
  if (error) throw new Error(`${error.message}\n${stderr.toString()}`)
  if (stderr.toString()) console.warn(stderr.toString())
  return binary
}

function readSource(name) {
  const path = join(assembly, name)
  return existsSync(path) ? readFileSync(path, 'utf8') : null
}

/**
 * The place of the byte that says whether the imported memory is shared: in the import section (number 2), behind
 * the two names and the kind of the only import, which is the memory.
 */
function memoryFlagAt(binary) {
  let at = 8 // magic number and version
  for (; binary[at] !== 2; ) {
    const [size, start] = leb(binary, at + 1)
    at = start + size
  }
  const [, start] = leb(binary, at + 1)
  const [count, first] = leb(binary, start)
  if (count !== 1) throw new Error(`the kernels import ${count} things; want the memory alone`)
  const [moduleLength, moduleName] = leb(binary, first)
  const [nameLength, name] = leb(binary, moduleName + moduleLength)
  const kind = name + nameLength
  if (binary[kind] !== 2 || binary[kind + 1] !== 3) throw new Error('the import is not a shared memory')
  return kind + 1
}

/** An unsigned number in LEB128, and the place behind it. */
function leb(binary, start) {
  let value = 0
  let at = start
  for (let shift = 0; ; shift += 7) {
    const byte = binary[at++]
    value |= (byte & 127) << shift
    if (byte < 128) return [value, at]
  }
}
