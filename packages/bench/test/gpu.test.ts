import { expect, test } from 'vitest'
import { drawGpu } from '../src/gpu/gpu-picture.js'
import { type GpuReport, ratioOf, sameLosses } from '../src/gpu/gpu-report.js'
import { gpuTable } from '../src/gpu/gpu-table.js'
import { gpuTables } from '../src/gpu/gpu-tables.js'
import { type ModeReport, measureMode, worksOf } from '../src/gpu/measure-mode.js'
import type { Sizes } from '../src/gpu/sizes.js'

const tiny: Sizes = {
  matmul: [3],
  elements: 10,
  lstm: {
    tiny: {
      kind: 'train',
      model: { cell: 'lstm', layers: 2, vocabulary: 5, features: 3, hidden: 4 },
      B: 2,
      T: 3,
    },
  },
}
const works = [
  'matmul-3',
  'elementwise-add',
  'elementwise-tanh',
  'elementwise-chain',
  'transfer',
  'lstm-tiny',
]

const machine = { date: '2026-01-02T03:04:05.678Z', cpu: 'Some CPU', cores: 2, node: 'v20.0.0' }

test.each(['webasm', 'cpu'] as const)('all work is done in all ways in the mode %s', async (mode) => {
  const said: string[] = []
  const turns = { rounds: 2, turn: 1e-3, slow: 10 }
  const report = await measureMode({ mode, only: [], sizes: tiny, ...turns }, (line) => said.push(line))
  expect(report).toMatchObject({ mode, isSoftware: false, adapter: expect.stringMatching(/\w/) })
  expect(report.heats.map(({ work }) => work)).toEqual(works)
  expect(said.length).toBe(works.length)
  for (const { work, scores } of report.heats)
    for (const { way, samples, first, problem } of scores) {
      expect([work, way, problem]).toEqual([work, way, undefined])
      expect(samples.length).toBe(2)
      expect([first, ...samples].every((seconds) => seconds > 0)).toBe(true)
    }
  const training = report.heats[report.heats.length - 1]
  expect(training.scores.map(({ way, trace }) => [way, trace !== undefined])).toEqual([
    ['wasm', false],
    ['eager', false],
    ['compiled', true],
    ['compiled, 10 steps a call', true],
  ])
  expect(sameLosses(training)).toBe(true)
  const all = { machine, rounds: 2, parts: [{ where: 'Node', ...report }] }
  for (const text of [gpuTables(all), gpuTable(all)]) for (const name of ['3 × 3', 'LSTM', mode]) expect(text).toContain(name) // biome-ignore format: short
  expect(drawGpu(all)).toContain('</svg>')
})

test('work that is slow is done once after the first time', async () => {
  const turns = { rounds: 3, turn: 1e-3, slow: 1e-9 }
  const only = ['elementwise-add']
  const { heats } = await measureMode({ mode: 'cpu', only, sizes: tiny, ...turns }, () => {})
  expect(heats[0].scores.map(({ samples }) => samples.length)).toEqual([1, 1])
})

test('work is chosen by how its name begins', () => {
  const chosen = (...only: string[]) => worksOf(tiny, only).map(({ name }) => name)
  expect(chosen()).toEqual(works)
  expect(chosen('lstm', 'elementwise-t')).toEqual(['elementwise-tanh', 'lstm-tiny'])
  expect(() => chosen('conv')).toThrow(/no work conv; there are matmul-3, /)
})

const part: ModeReport = {
  mode: 'webgpu',
  adapter: 'google swiftshader',
  isSoftware: true,
  heats: [
    {
      work: 'lstm-small',
      title: 'LSTM',
      scores: [
        { way: 'wasm', samples: [0.002, 0.001, 0.003], first: 0.01, losses: [4, 3] },
        { way: 'eager', samples: [0.1], first: 1, losses: [4, 3.0001] },
        {
          way: 'compiled',
          samples: [0.02, 0.03],
          first: 2,
          trace: { seconds: 0.5, runs: 279, programs: 96 },
          losses: [4, 3],
        },
        { way: 'compiled, 10 steps a call', samples: [], first: 2, problem: 'out of memory\nat …' },
      ],
    },
  ],
}
const report: GpuReport = {
  machine,
  rounds: 3,
  parts: [
    { where: 'Chromium 1', ...part },
    { where: 'Chromium 1', mode: 'webgl2', problem: 'there is no WebGL 2' },
  ],
}

test('the tables tell medians, ratios, adapters, what compiling took, and what did not come off', () => {
  const text = gpuTables(report)
  expect(text).toContain('webgpu (google swiftshader, software), in Chromium 1')
  expect(text).toMatch(/LSTM │ 2\.00 ms │ 100 ms \(× 50\.0\) │ 25\.0 ms \(× 12\.5\) │ +│ +4\.0 × \/ – │/)
  expect(text).toMatch(/lstm-small │ compiled +│ +500 ms │ +2\.00 s │ +279 │ +96/)
  expect(text).toContain('without webgpu, lstm-small, compiled, 10 steps a call: out of memory')
  expect(text).toContain('without webgl2: there is no WebGL 2')
})

test('the table in Markdown has a line for every way, and a column for every mode', () => {
  expect(gpuTable(report).split('\n')).toEqual([
    '|  | wasm, in Chromium 1 | webgpu |',
    '| --- | --: | --: |',
    '| LSTM | 2.00 ms | 100 ms, × 50.0 |',
    '| LSTM, compiled | 2.00 ms | 25.0 ms, × 12.5 |',
    '',
    '2026-01-02, 2 × Some CPU, Node v20.0.0: medians of 3 rounds, taken in turns. ×: how many times as long as wasm in the same place. webgpu: google swiftshader, software, in Chromium 1.',
  ])
})

test('other losses are found out', () => {
  const [heat] = part.heats
  expect(sameLosses(heat)).toBe(true)
  expect(ratioOf(heat, 'eager')).toBe(50)
  const scores = heat.scores.map((score) => (score.way === 'eager' ? { ...score, losses: [4, 3.1] } : score))
  expect(sameLosses({ ...heat, scores })).toBe(false)
})
