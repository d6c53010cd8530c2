import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { rolldown } from 'rolldown'
import { findChromium, gpuArguments, softwareArguments } from '../browser/chromium.js'
import { serve } from '../browser/serve.js'
import type { ModeReport, Request } from './measure-mode.js'

export interface BrowserOptions {
  /** The path of a Chromium; default: where one is found. */
  readonly chromium?: string
  /** Leaves the drawing and computing to the machine's GPU. */
  readonly realGpu?: boolean
  readonly headed?: boolean
  /** Further arguments for Chromium. */
  readonly flags?: readonly string[]
}

export interface BrowserSession {
  /** "Chromium 140.0.7339.0" */
  readonly name: string
  measure(request: Request): Promise<ModeReport>
  close(): Promise<void>
}

/** A browser in which modes are measured, each in a page of its own. @throws Error when there is none. */
export async function openBrowser(
  { chromium: given, realGpu = false, headed = false, flags = [] }: BrowserOptions,
  say: (line: string) => void,
): Promise<BrowserSession> {
  const executablePath = given ?? findChromium()
  if (!executablePath)
    throw new Error(
      'No Chromium was found, and webgpu and webgl2 want one: install it, or give its path by --chromium or in CHROMIUM; or leave these modes out: --mode webasm cpu',
    )
  say('making the page …')
  const served = await serve({
    '/index.html': '<!doctype html><script type="module" src="./main.js"></script>',
    '/main.js': await bundlePage(),
  })
  const args = [...(realGpu ? gpuArguments : softwareArguments), ...flags]
  const browser = await chromium.launch({ executablePath, args, headless: !headed }).catch((error) => {
    served.close()
    throw error
  })
  return {
    name: `Chromium ${browser.version()}`,
    async measure(request) {
      const page = await browser.newPage()
      try {
        const crashed = new Promise<never>((_, reject) => {
          page.on('crash', () => reject(new Error('the page crashed')))
          page.on('pageerror', reject)
        })
        await page.exposeFunction('say', say)
        await page.goto(served.url)
        return (await Promise.race([
          crashed,
          page.evaluate(`measure(${JSON.stringify(request)})`),
        ])) as ModeReport
      } finally {
        await page.close()
      }
    },
    async close() {
      await browser.close()
      served.close()
    },
  }
}

/** `page.ts` with all that it imports. */
async function bundlePage(): Promise<string> {
  const input = fileURLToPath(new URL('page.js', import.meta.url))
  const build = await rolldown({ input, platform: 'browser', logLevel: 'silent' })
  const { output } = await build.generate({ minify: true })
  await build.close()
  return output[0].code
}
