import { test } from 'vitest'
import { type Category, goldenCases, load } from '../../../test/support/golden.js'
import { expectClaim, Golden } from './support/golden.js'
import { goldenRuns } from './support/golden-runs/index.js'

goldenTests('cell')
goldenTests('rnn')
goldenTests('packed')
goldenTests('layer')
goldenTests('loss')
goldenTests('clip')
goldenTests('optim')

/** Runs all reference cases of a category, each as a test of its own. (That none is missing: see test/golden.test.ts.) */
function goldenTests(category: Category & keyof typeof goldenRuns): void {
  const names = goldenCases(category).map(({ name }) => name)
  test.each(names)(`reference figures, ${category}: %s`, async (name) => {
    const golden = new Golden(await load(name))
    for (const claim of goldenRuns[category](golden)) await expectClaim(claim)
  })
}
