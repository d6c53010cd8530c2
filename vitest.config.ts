import { defineConfig } from 'vitest/config'

// Tests import the packages by name, as a user does, and get the sources: no build in between.
const conditions = ['@unroll/source', 'module', 'node', 'import', 'default']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['packages/*/test/**/*.test.ts', 'examples/*/test/**/*.test.ts', 'test/**/*.test.ts'],
    testTimeout: 60_000,
  },
})
