import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readSafetensors } from '@unroll/tensor'
import { type Browser, chromium, type Page } from 'playwright'
import { build, type PreviewServer, preview } from 'vite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findChromium, softwareArguments } from '../../../test/support/chromium.js'

/*
 * The page as it is published: built and minified, and used as a visitor would.
 */

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const outDir = join(root, '..', '..', 'out', 'page-test')

/** The packages by their sources, as in other tests: test/bundlers.test.ts has them as they are published. */
const sources = ['@unroll/source', 'module', 'browser', 'import', 'default']

// Where there is none, vitest.config.ts says so, and stops in CI.
const executablePath = findChromium()

describe.runIf(executablePath)('the page', () => {
  let browser: Browser
  let server: PreviewServer
  beforeAll(async () => {
    await build({ root, logLevel: 'error', resolve: { conditions: sources }, build: { outDir } })
    server = await preview({ root, logLevel: 'error', build: { outDir }, preview: { port: 0 } })
    browser = await chromium.launch({ executablePath, args: [...softwareArguments] })
  })
  afterAll(async () => {
    await browser?.close()
    await server?.close()
  })

  /** Opens the page, for a small model. What goes wrong without a word in the page is collected. */
  async function open(prepare: string): Promise<{ page: Page; silent: string[] }> {
    const page = await browser.newPage()
    const silent: string[] = []
    page.on('pageerror', ({ message }) => silent.push(message))
    await page.addInitScript(prepare)
    await page.goto(server.resolvedUrls?.local[0] as string)
    await page.selectOption('#size', 'small')
    return { page, silent }
  }

  test('trains, stops, saves, loads and changes modes', async () => {
    const { page, silent } = await open(withoutWebGpu)
    expect(await page.textContent('#status')).toBe('Ready.')

    await page.selectOption('#mode', 'webgpu')
    await page.click('#toggle')
    await page.waitForSelector('#problem:visible')
    expect(await page.textContent('#problem')).toMatch(
      /mode webgpu does not work here: there is no WebGPU.*; these do: .*webasm/,
    )

    await page.selectOption('#mode', 'webasm')
    await page.click('#toggle')
    await learns(page, 4.8)
    expect(await page.isVisible('#problem')).toBe(false)
    expect(await page.textContent('#programs')).toMatch(/^\d+ programs, \d+ different, in one call of Web/)
    expect(await page.textContent('#sample')).toMatch(/\w{2}/)
    await pauses(page)
    const steps = await stepsOf(page)
    expect(await page.getAttribute('#curve', 'aria-label')).toMatch(
      new RegExp(`^In ${steps} steps, the loss went from [56]\\.\\d\\d to [1-4]\\.\\d\\d bits`),
    )
    expect(await page.locator('#curve path').count()).toBeGreaterThan(0)

    const [saved] = await Promise.all([page.waitForEvent('download'), page.click('#save')])
    expect(saved.suggestedFilename()).toBe(`moby-dick-${steps}.safetensors`)
    const bytes = readFileSync(await saved.path())
    expect(readSafetensors(bytes).tensors.losses.shape).toEqual([steps])
    await page.click('#again')
    await page.waitForFunction(`document.querySelector('#steps').textContent === '0'`)

    const file = { name: 'run.safetensors', mimeType: 'application/octet-stream' }
    await page.setInputFiles('#file', { ...file, buffer: bytes.subarray(0, 500) })
    await page.waitForSelector('#problem:visible')
    expect(await page.textContent('#problem')).toMatch(/^run\.safetensors cannot be used: readSafetensors: /)
    expect(await stepsOf(page)).toBe(0)
    await page.setInputFiles('#file', { ...file, buffer: bytes })
    await page.waitForFunction(`document.querySelector('#steps').textContent === '${steps}'`)
    expect(await page.isVisible('#problem')).toBe(false)

    await page.click('#toggle')
    await does(page, steps + 2)
    await page.selectOption('#mode', 'cpu') // while it trains
    await page.waitForSelector('#device[data-mode=cpu]')
    await does(page, (await stepsOf(page)) + 2)
    await pauses(page)
    expect(silent).toEqual([])
    await page.close()
  })

  test('goes on when a GPU was lost', async () => {
    const { page, silent } = await open(rememberingDevices)
    await page.selectOption('#mode', 'webgpu')
    await page.click('#toggle')
    await learns(page, 5.8)
    expect(await page.textContent('#programs')).toContain('in one submission')
    expect(await page.textContent('#device')).toContain('there is no GPU')
    await pauses(page)
    const steps = await stepsOf(page)
    await page.evaluate(`Promise.all(devices.map((device) => (device.destroy(), device.lost)))`)
    await page.click('#toggle')
    await page.waitForSelector('#problem:visible')
    expect(await page.textContent('#problem')).toMatch(/the device was lost .* as the last completed call/)
    await page.waitForFunction(`document.querySelector('#toggle').textContent === 'Resume'`)
    expect(await stepsOf(page)).toBe(steps)
    await page.click('#toggle')
    await does(page, steps + 1)
    expect(silent).toEqual([])
    await page.close()
  })
})

const withoutWebGpu = `Object.defineProperty(Navigator.prototype, 'gpu', { value: undefined })`

const rememberingDevices = `
  globalThis.devices = []
  const { requestDevice } = GPUAdapter.prototype
  GPUAdapter.prototype.requestDevice = async function (...args) {
    const device = await requestDevice.apply(this, args)
    devices.push(device)
    return device
  }
`

function learns(page: Page, loss: number): Promise<void> {
  return comesTo(page, `Number(document.querySelector('#loss').textContent) < ${loss}`)
}

function does(page: Page, steps: number): Promise<void> {
  return comesTo(page, `Number(document.querySelector('#steps').textContent) >= ${steps}`)
}

/** Waits for something, and no longer when the page says what is wrong. */
async function comesTo(page: Page, condition: string): Promise<void> {
  await page.waitForFunction(`!document.querySelector('#problem').hidden || ${condition}`)
  if (await page.isVisible('#problem')) expect.fail(`the page says: ${await page.textContent('#problem')}`)
}

async function pauses(page: Page): Promise<void> {
  await page.click('#toggle')
  await page.waitForFunction(`document.querySelector('#toggle').textContent === 'Resume'`)
  expect(await page.textContent('#status')).toBe('Paused.')
}

async function stepsOf(page: Page): Promise<number> {
  return Number(await page.textContent('#steps'))
}
