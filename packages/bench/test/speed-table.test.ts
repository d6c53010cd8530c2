import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { repository } from '../src/contest/folders.js'
import type { PeersReport } from '../src/contest/peers-report.js'
import { speedTable } from '../src/contest/speed-table.js'
import { insertTable } from '../src/insert-table.js'

const report: PeersReport = {
  machine: { date: '2026-01-02T03:04:05.678Z', cpu: 'Some CPU', cores: 2, node: 'v20.0.0' },
  rounds: 3,
  installs: { unroll: { version: '0.1.0', bytes: 2.5e6, packages: 4 } },
  scores: [
    { workload: 'W1', name: 'unroll', threads: 1, rounds: [0.03, 0.02], losses: [4], peak: 1e8 },
    { workload: 'W1', name: 'unroll', threads: 2, rounds: [0.0125], losses: [4], peak: 1.1e8 },
    { workload: 'W1', name: 'slow', threads: 1, rounds: [12.5], losses: [4], ownMaths: 'by hand' },
    { workload: 'W6', name: 'slow', threads: 1, rounds: [], losses: [], note: 'cannot' },
    { workload: 'W6', name: 'unroll', threads: 1, rounds: [0.01], losses: [4], peak: 1e8 },
  ],
}

test('the table has the medians of every contestant and workload', () => {
  expect(speedTable(report).split('\n')).toEqual([
    '|  | unroll | slow |',
    '| --- | --: | --: |',
    '| W1 char LSTM, training step: vocabulary 65, embedding 64, H 128, T 64, B 32; ms | 25.0 / 12.5 | 12,500 |',
    '| W6 generation, H 128: vocabulary 65, embedding 64, H 128, batch 1; symbols/s | 50,000 | – |',
    '| peak memory of W1, MB | 100 / 110 | – |',
    '| install size, MB / packages | 2.50 / 4 | – |',
    '',
    expect.stringMatching(/^2026-01-02, 2 × Some CPU, Node v20\.0\.0: medians of 3 rounds.*slow: by hand\.$/),
  ])
})

test('it is written between its marks, again and again, and nothing else changes', () => {
  const readme = readFileSync(join(repository, 'README.md'), 'utf8')
  const once = insertTable(readme, 'speed', 'THE TABLE')
  expect(once).toContain('THE TABLE')
  expect(insertTable(once, 'speed', 'ANOTHER')).toBe(once.replace('THE TABLE', 'ANOTHER'))
  const outside = (text: string) => text.replace(/(<!-- speed[^>]*-->)[\s\S]*(<!-- \/speed -->)/, '$1$2')
  expect(outside(once)).toBe(outside(readme))
})

test('a document without the marks is refused', () => {
  expect(() => insertTable('# Title', 'speed', 'table')).toThrow('wants the marks')
})
