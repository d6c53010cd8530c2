import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { keptLosses, type Ran } from '../src/contest/protocol.js'
import { makeAnswerer, peakMemory, Unsupported } from '../src/contest/serve.js'
import { ours } from '../src/ours/ours.js'
import { makeData, writeData } from '../src/workloads/data.js'
import type { Workload } from '../src/workloads/workload.js'

const workload: Workload = { kind: 'matmul', m: 2, k: 3, n: 4, repeats: 1 }
const folder = mkdtempSync(join(tmpdir(), 'unroll-bench-test-'))
writeData(folder, makeData(workload))
afterAll(() => rmSync(folder, { recursive: true }))

const prepare = { ask: 'prepare', workload, folder, threads: 1 } as const

test('a contestant prepares a workload and runs it', async () => {
  const answer = makeAnswerer(ours)
  expect(await answer(prepare)).toEqual({ answer: 'prepared', about: ours.about, ownMaths: undefined })
  const ran = (await answer({ ask: 'run', steps: 7, seconds: 0 })) as Ran
  expect(ran.answer).toBe('ran')
  expect(ran.times).toHaveLength(7)
  expect(Math.min(...ran.times)).toBeGreaterThan(0)
  expect(ran.losses).toHaveLength(keptLosses)
  expect(new Set(ran.losses).size).toBe(1)
  expect(ran.peak).toBeGreaterThan(10e6)
})

test('steps go on until the time is over, and what comes later is waited for', async () => {
  const later = () => new Promise<number>((resolve) => setTimeout(resolve, 5, 42))
  const answer = makeAnswerer({
    about: 'slow',
    prepare: () => ({ step: later, loss: async (value) => (value as number) / 2 }),
  })
  await answer(prepare)
  const start = performance.now()
  const ran = (await answer({ ask: 'run', steps: 1, seconds: 0.02 })) as Ran
  expect(performance.now() - start).toBeGreaterThanOrEqual(20)
  expect(Math.min(...ran.times)).toBeGreaterThan(0.003)
  expect(ran.losses[0]).toBe(21)
})

test('what a contestant cannot do, and what goes wrong, are answers', async () => {
  const unable = makeAnswerer({
    about: '',
    prepare() {
      throw new Unsupported('does not train')
    },
  })
  expect(await unable(prepare)).toEqual({ answer: 'unsupported', reason: 'does not train' })
  expect(await unable({ ask: 'run', steps: 1, seconds: 0 })).toMatchObject({
    answer: 'failed',
    problem: expect.stringContaining('before it was asked to prepare'),
  })
})

test('peak memory does not fall', () => {
  const before = peakMemory()
  const block = new Uint8Array(64e6).fill(1)
  const with64MB = peakMemory()
  expect(block.length).toBe(64e6)
  expect(with64MB).toBeGreaterThanOrEqual(before)
  expect(peakMemory()).toBeGreaterThanOrEqual(with64MB)
})
