import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Category, goldenCases } from './support/golden.js'
import { filesUnder, root } from './support/workspace.js'

/** All there are. Those of the first two are run by autograd's tests, the others by rnn's, all of a category at a time. */
const counts: Record<Category, number> = {
  ...{ op: 57, second_order: 7 },
  ...{ cell: 7, rnn: 28, packed: 7, layer: 11, loss: 19, clip: 4, optim: 8 },
}

test('the reference figures are complete: 148 cases', () => {
  const folder = join(root, 'test', 'golden')
  expect(Object.values(counts).reduce((sum, count) => sum + count)).toBe(148)
  for (const [category, count] of Object.entries(counts)) {
    const cases = goldenCases(category as Category).map(({ name }) => `${name}.safetensors`)
    expect(cases, category).toHaveLength(count)
    expect(readdirSync(join(folder, category)).sort()).toEqual(cases.sort())
  }
  expect(readdirSync(folder).sort()).toEqual(['README.md', ...Object.keys(counts), 'manifest.jsonl'].sort())
})

test('every category is run, whole', () => {
  const tests = filesUnder(join(root, 'packages')).filter((file) =>
    /\/test\/golden[\w-]*\.test\.ts$/.test(file),
  )
  const sources = tests.map((file) => readFileSync(join(root, 'packages', file), 'utf8')).join('\n')
  const run = Object.keys(counts).filter((category) =>
    new RegExp(`(goldenTests|namesOf)\\('${category}'`).test(sources),
  )
  expect(run).toEqual(Object.keys(counts))
})
