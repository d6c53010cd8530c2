import { describe, expect, test } from 'vitest'
import { siteOf } from '../src/call-site.js'

/** Stacks as engines write them, with this module in various places. */
const stacks: Record<string, { here: string; frames: string[]; site: string }> = {
  'Node, from the sources of the workspace': {
    here: 'file:///home/me/unroll/packages/tensor/src/call-site.ts',
    frames: [
      '    at callSite (/home/me/unroll/packages/tensor/src/call-site.ts:13:18)',
      '    at new TapeEntry (file:///home/me/unroll/packages/autograd/src/tape.ts:15:3)',
      '    at Variable.method [as log] (file:///home/me/unroll/packages/tensor/src/chaining.ts:20:3)',
      '    at LSTM.forward (/home/me/unroll/packages/rnn/dist/node/index.js:15:3)',
      '    at /home/me/unroll/packages/rnn/test/some.test.ts:7:9',
      '    at main (/home/me/app.ts:1:1)',
    ],
    site: '/home/me/unroll/packages/rnn/test/some.test.ts:7:9',
  },
  'Node, installed by npm': {
    here: 'file:///app/node_modules/@unroll/autograd/dist/node/index.js',
    frames: [
      '    at unary (file:///app/node_modules/@unroll/autograd/dist/node/index.js:15:3)',
      '    at Model.forward (file:///app/node_modules/@unroll/rnn/dist/node/index.js:15:3)',
      '    at train (file:///app/my%20src/train.js:12:20)',
      '    at node:internal/main:1:2',
    ],
    site: '/app/my src/train.js:12:20',
  },
  'Node, installed by pnpm': {
    here: 'file:///app/node_modules/.pnpm/@unroll+autograd@0.1.0/node_modules/@unroll/autograd/dist/node/index.js',
    frames: [
      '    at LSTM.forward (file:///app/node_modules/.pnpm/@unroll+rnn@0.1.0/node_modules/@unroll/rnn/dist/node/index.js:15:3)',
      '    at Array.map (<anonymous>)',
      '    at async file:///app/train.js:12:20',
    ],
    site: '/app/train.js:12:20',
  },
  'Node on Windows': {
    here: 'file:///C:/app/vendor/autograd/dist/index.js',
    frames: [
      '    at unary (file:///C:/app/vendor/autograd/dist/ops/define.js:15:3)',
      '    at run (C:\\app\\vendor\\rnn\\dist\\index.js:12:20)',
      '    at run (C:\\app\\train.cjs:12:20)',
    ],
    site: '/C:/app/train.cjs:12:20',
  },
  'Deno, from its cache': {
    here: 'file:///root/.cache/deno/npm/registry.npmjs.org/@unroll/autograd/0.1.0/dist/index.js',
    frames: [
      '    at f (file:///root/.cache/deno/npm/registry.npmjs.org/@unroll/rnn/0.1.0/dist/index.js:1:2)',
      '    at file:///app/train.ts:3:4',
    ],
    site: '/app/train.ts:3:4',
  },
  'Firefox and Safari, from a server of modules': {
    here: 'http://localhost:5173/node_modules/.vite/deps/@unroll_autograd.js?v=1',
    frames: [
      'unary@http://localhost:5173/node_modules/.vite/deps/@unroll_autograd.js?v=1:15:3',
      'step@http://localhost:5173/src/train.js?t=5:8:9',
      '@http://localhost:5173/src/main.js:1:1',
    ],
    site: 'http://localhost:5173/src/train.js?t=5:8:9',
  },
}

describe('the line of the user', () => {
  test.each(Object.entries(stacks))('%s', (_, { here, frames, site }) => {
    expect(siteOf(frames, here)).toBe(site)
  })

  test('is unknown where there are only ours', () => {
    expect(
      siteOf(['    at f (file:///x/autograd/dist/tape.js:1:2)'], 'file:///x/tensor/dist/call-site.js'),
    ).toBe(undefined)
    expect(siteOf([], 'https://x.org/bundle.js')).toBe(undefined)
  })

  test('is one of all the frames where a bundler made one file of everything', () => {
    const frames = ['    at a (https://x.org/bundle.js:1:200)', '    at b (https://x.org/bundle.js:1:300)']
    expect(siteOf(frames, 'https://x.org/bundle.js')).toBe(`\n${frames.join('\n')}`)
    expect(siteOf(frames, undefined)).toBe(`\n${frames.join('\n')}`)
  })
})
