import { playwright } from '@vitest/browser-playwright'
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'
import { findChromium, softwareArguments } from './packages/bench/src/browser/chromium.js'

// Tests import the packages by name, as a user does, and get the sources: no build in between.
const sources = ['@unroll/source', 'module', 'import', 'default']

// These run in Node as well: what they check must be the same in both.
const browserTests = 'packages/*/test/browser/**/*.test.ts'

const chromium = findChromium()

if (!chromium) {
  const advice = 'install Chromium, or set CHROMIUM to its path'
  if (process.env.UNROLL_REQUIRE_BROWSER) throw new Error(`No browser for the browser tests: ${advice}`)
  console.warn(`No browser found, so the browser tests do not run: ${advice}.`)
}

export default defineConfig({
  test: {
    maxWorkers: '100%', // on two cores, both: the default leaves one of them idle
    projects: chromium ? [inNode(), inBrowser(chromium)] : [inNode()],
  },
})

function inNode(): TestProjectInlineConfiguration {
  const conditions = ['node', ...sources]
  return {
    resolve: { conditions },
    ssr: { resolve: { conditions } },
    test: {
      name: 'node',
      isolate: false, // the packages are loaded once a worker, and not once a file: that halves the time
      include: ['packages/*/test/**/*.test.ts', 'examples/*/test/**/*.test.ts', 'test/**/*.test.ts'],
      testTimeout: 60_000,
      hookTimeout: 60_000,
    },
  }
}

function inBrowser(executablePath: string): TestProjectInlineConfiguration {
  return {
    resolve: { conditions: ['browser', ...sources] },
    // Nothing is bundled ahead: whatever runs in a browser here is an ES module as it is. Only gpu.js is not.
    optimizeDeps: { noDiscovery: true, include: ['gpu.js'] },
    // Without these, a page has no threads that share memory.
    server: {
      headers: {
        'Cross-Origin-Opener-Policy': 'same-origin',
        'Cross-Origin-Embedder-Policy': 'require-corp',
      },
    },
    test: {
      name: 'browser',
      testTimeout: 60_000,
      hookTimeout: 60_000,
      include: [browserTests],
      browser: {
        enabled: true,
        headless: true,
        screenshotFailures: false,
        provider: playwright({
          launchOptions: {
            executablePath,
            args: [...softwareArguments],
          },
        }),
        instances: [{ browser: 'chromium' }],
      },
    },
  }
}
