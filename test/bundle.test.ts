import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { rolldown } from 'rolldown'
import { beforeAll, expect, test } from 'vitest'
import { buildPackages } from './support/build.js'
import { filesUnder, published, root, run } from './support/workspace.js'

// `sideEffects: false` promises a bundler that it may drop every module that nothing is imported
// from. Here it does, and what is left still works and is no more than was asked for.

const directory = join(root, 'out', 'bundle')

beforeAll(() => {
  buildPackages()
  rmSync(directory, { recursive: true, force: true })
  mkdirSync(directory, { recursive: true })
})

test('a tensor keeps its methods, and brings neither file formats nor random numbers', async () => {
  const { prints, modules } = await bundle(`
    import { tensor } from '@unroll/tensor'
    console.log(tensor([1, 2]).add(1).toArray())
  `)
  expect(prints).toBe('[ 2, 3 ]\n')
  expect(modules).toContain('packages/tensor/dist/ops/arithmetic.js')
  expect(modules.filter((path) => /\/io\/|random|pure-rand|testing/.test(path))).toEqual([])
})

test('a variable keeps its methods', async () => {
  const { prints, modules } = await bundle(`
    import { parameter } from '@unroll/autograd'
    const x = parameter([1, 2])
    x.square().sum().backward()
    console.log(x.grad.value.toArray())
  `)
  expect(prints).toBe('[ 2, 4 ]\n')
  expect(modules.filter((path) => /\/io\/|random|pure-rand|testing/.test(path))).toEqual([])
})

test('a layer comes without the other layers, the losses and the optimisers', async () => {
  const { prints, modules } = await bundle(`
    import { Linear } from '@unroll/rnn'
    import { Random, zeros } from '@unroll/tensor'
    console.log(new Linear(2, 3, { rng: new Random(1) }).forward(zeros([1, 2])).shape)
  `)
  expect(prints).toBe('[ 1, 3 ]\n')
  const ours = modules.filter((path) => path.startsWith('packages/rnn/'))
  expect(ours).toContain('packages/rnn/dist/modules/linear.js')
  expect(ours.filter((path) => /\/(cells|layers|losses|optim)\/|safetensors/.test(path))).toEqual([])
})

test.each(['@unroll/tensor', '@unroll/autograd', '@unroll/rnn'])(
  '%s imported for nothing is nothing',
  async (name) => {
    const { modules } = await bundle(`import '${name}'\nconsole.log(1)`)
    expect(modules.filter((path) => path.startsWith('packages/'))).toEqual([])
  },
)

test('in the files that Node gets, classes go by their names, which messages say', () => {
  const program = `
    for (const name of ['tensor', 'autograd', 'rnn'])
      for (const [key, value] of Object.entries(await import('@unroll/' + name)))
        if (/^class /.test(String(value)) && value.name !== key) console.log(key, value.name)
  `
  expect(run('node', ['--input-type=module', '--eval', program], root)).toBe('')
})

test.each(published)('of $manifest.name, Node gets every module once, whatever the entry point', (p) => {
  const built = join(p.directory, 'dist', 'node')
  const maps = filesUnder(built).filter((file) => file.endsWith('.map'))
  const sources = maps.flatMap(
    (file): string[] => JSON.parse(readFileSync(join(built, file), 'utf8')).sources,
  )
  expect(sources.length).toBeGreaterThan(20)
  expect(sources.filter((source, i) => sources.indexOf(source) !== i)).toEqual([])
})

test('a tensor from one entry point is a Tensor of the other', () => {
  const program = `
    import { Tensor } from '@unroll/tensor'
    import { tensors } from '@unroll/tensor/testing'
    import { gpuKernels } from '@unroll/tensor/gpu'
    import fc from 'fast-check'
    import { GPU } from 'gpu.js'
    const gpu = await gpuKernels(GPU, { mode: 'cpu' })
    const [given] = await Promise.all([gpu.compile((x) => x.add(1))(Tensor.from(new Float32Array(2), [2]))])
    console.log([given, ...fc.sample(tensors(), 10)].every((x) => x instanceof Tensor))
  `
  expect(run('node', ['--input-type=module', '--eval', program], root)).toBe('true\n')
})

test('no code that is built imports gpu.js, which users hand in, or holds it', () => {
  for (const { directory, manifest } of published) {
    const code = filesUnder(join(directory, 'dist')).filter((file) => file.endsWith('.js'))
    const taken = code.filter((file) =>
      /^(import|export)\b.*['"]gpu\.js['"]|(import|require)\(\s*['"]gpu\.js|class WebGLKernel/m.test(
        readFileSync(join(directory, 'dist', file), 'utf8'),
      ),
    )
    expect(taken, manifest.name).toEqual([])
  }
})

let bundles = 0

/** Bundles a program, as for a browser, and runs it: what it prints, and the modules that were kept of it. */
async function bundle(program: string): Promise<{ prints: string; modules: string[] }> {
  const name = `program-${bundles++}`
  const entry = join(directory, `${name}.js`)
  const file = join(directory, `${name}.bundle.mjs`)
  writeFileSync(entry, program)
  const build = await rolldown({ input: entry, platform: 'browser', logLevel: 'silent' })
  const { output } = await build.write({ file })
  await build.close()
  const modules = Object.keys(output[0].modules).map((path) => relative(root, path).split(sep).join('/'))
  return { prints: run('node', [file], directory), modules }
}
