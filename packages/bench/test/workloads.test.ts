import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { crossEntropyOf, meanSquare, meanSymbol } from '../src/contest/compare.js'
import { draw } from '../src/contest/draw.js'
import { makeReady } from '../src/ours/ours.js'
import { makeData, readData, writeData } from '../src/workloads/data.js'
import { describe as describeWorkload, type Model, type Workload } from '../src/workloads/workload.js'

const folder = mkdtempSync(join(tmpdir(), 'unroll-bench-test-'))
afterAll(() => rmSync(folder, { recursive: true }))

const characters: Model = { cell: 'lstm', layers: 2, vocabulary: 7, features: 3, hidden: 4 }
const numbers: Model = { cell: 'gru', layers: 1, features: 3, hidden: 4 }

const tiny: Record<string, Workload> = {
  'training on characters': { kind: 'train', model: characters, B: 2, T: 5 },
  'training on numbers': { kind: 'train', model: numbers, B: 2, T: 5 },
  forward: { kind: 'forward', model: characters, B: 2, T: 5 },
  generating: { kind: 'generate', model: characters, length: 20 },
  matmul: { kind: 'matmul', m: 2, k: 3, n: 4, repeats: 2 },
}

describe.each(Object.entries(tiny))('%s', (_, workload) => {
  test('the data are the same bits every time, and survive the way over the disk', () => {
    const data = makeData(workload)
    expect(makeData(workload)).toEqual(data)
    expect(makeData(workload, 2)).not.toEqual(data)
    writeData(folder, data)
    expect(readData(folder)).toEqual(data)
  })

  test('we do it, and the same from the same data', async () => {
    const losses = []
    for (let i = 0; i < 2; i++) {
      const ready = makeReady(workload, makeData(workload))
      losses.push(await ready.loss(await ready.step()))
    }
    expect(losses[0]).toBeGreaterThan(0)
    expect(losses[1]).toBe(losses[0])
  })
})

test('a training step learns', async () => {
  const workload = tiny['training on characters']
  const { step, loss } = makeReady(workload, makeData(workload))
  const first = await loss(await step())
  for (let i = 0; i < 50; i++) await step()
  expect(await loss(await step())).toBeLessThan(first)
})

test('sizes are told', () => {
  expect(Object.values(tiny).map(describeWorkload)).toEqual([
    'vocabulary 7, embedding 3, H 4 × 2 layers, T 5, B 2',
    'I 3, H 4, T 5, B 2',
    'vocabulary 7, embedding 3, H 4 × 2 layers, T 5, B 2',
    'vocabulary 7, embedding 3, H 4 × 2 layers, batch 1',
    '2 × 3 × 4',
  ])
})

test('a symbol is drawn where the probabilities, added up, exceed u', () => {
  const logits = [0.1, 0.2, 0.3, 0.4].map((p) => Math.log(p) + 100) // softmax undoes the 100
  expect([0, 0.09, 0.11, 0.29, 0.31, 0.59, 0.61, 0.999].map((u) => draw(logits, u))).toEqual([
    0, 0, 1, 1, 2, 2, 3, 3,
  ])
})

test('results are compared by numbers that tell them apart', () => {
  const logits = [Math.log(0.25), Math.log(0.75), Math.log(0.5), Math.log(0.5)]
  const targets = { shape: [1, 2], data: Int32Array.of(1, 0) }
  expect(crossEntropyOf(logits, targets)).toBeCloseTo(-(Math.log(0.75) + Math.log(0.5)) / 2)
  expect(meanSquare([3, 4])).toBe(12.5)
  expect(meanSymbol([1, 2])).not.toBe(meanSymbol([2, 1]))
})
