import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, chromium } from 'playwright'
import { rolldown } from 'rolldown'
import { build as viteBuild } from 'vite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findChromium, softwareArguments } from '../packages/bench/src/browser/chromium.js'
import { serve } from '../packages/bench/src/browser/serve.js'
import { buildPackages } from './support/build.js'
import { filesUnder, root, run } from './support/workspace.js'

/*
 * A page that trains on the GPU, as a user publishes it: the packages as they are built, and gpu.js, bundled and minified
 * with a bundler's own settings. gpu.js reads the source of kernels at run time, which is what minifiers rewrite.
 */

const source = join(root, 'test', 'pages', 'training')
const directory = join(root, 'out', 'bundlers')

/** Writes the page's files into a folder. */
const bundlers: Record<string, (folder: string) => void | Promise<unknown>> = {
  Vite: (folder) =>
    viteBuild({
      root: source,
      configFile: false,
      logLevel: 'error',
      build: { outDir: folder, minify: true, modulePreload: false, reportCompressedSize: false },
    }),
  Rolldown: async (folder) => {
    const build = await rolldown({ input: join(source, 'main.ts'), platform: 'browser', logLevel: 'silent' })
    await build.write({ dir: folder, minify: true })
    await build.close()
    writeFileSync(join(folder, 'index.html'), plainPage)
  },
  esbuild: (folder) => {
    // Its program: as a service for Node's API, it breaks down in Node 20.
    const esbuild = join(root, 'node_modules', 'esbuild-wasm', 'bin', 'esbuild')
    const options = ['--bundle', '--minify', '--format=esm', '--log-level=error', `--outdir=${folder}`]
    run('node', [esbuild, join(source, 'main.ts'), ...options], root)
    writeFileSync(join(folder, 'index.html'), plainPage)
  },
}

const plainPage = '<!doctype html><script type="module" src="./main.js"></script>'

// Where there is none, vitest.config.ts says so, and stops in CI.
const executablePath = findChromium()
let browser: Browser

beforeAll(async () => {
  buildPackages()
  rmSync(directory, { recursive: true, force: true })
  mkdirSync(directory, { recursive: true })
  if (executablePath) browser = await chromium.launch({ executablePath, args: [...softwareArguments] })
})

afterAll(() => browser?.close())

describe.each(Object.keys(bundlers))('a page made by %s', (name) => {
  const folder = join(directory, name)
  beforeAll(() => bundlers[name](folder))

  test('is minified', () => {
    const scripts = filesUnder(folder).filter((file) => file.endsWith('.js'))
    const code = scripts.map((file) => readFileSync(join(folder, file), 'utf8')).join('\n')
    expect(code).toContain('globalThis')
    expect(code).not.toContain('function train(')
  })

  if (executablePath)
    test.each(['webgpu', 'webgl2'])('trains on %s', async (mode) => {
      const served = await serve(filesIn(folder))
      const page = await browser.newPage()
      const errors: string[] = []
      page.on('pageerror', ({ message }) => errors.push(message))
      await page.goto(served.url)
      expect(errors).toEqual([])
      const losses = await page.evaluate<number[]>(`train('${mode}')`)
      expect(losses.every(Number.isFinite)).toBe(true)
      expect(losses.at(-1)).toBeLessThan(losses[0] / 10)
      await page.close()
      served.close()
    })
})

/** What a folder holds, by path. */
function filesIn(folder: string): Record<string, Uint8Array> {
  return Object.fromEntries(filesUnder(folder).map((path) => [`/${path}`, readFileSync(join(folder, path))]))
}
