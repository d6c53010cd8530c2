import { PassThrough } from 'node:stream'
import { finished } from 'node:stream/promises'
import { formatClock, formatDuration, recentMean, showProgress, type Work } from '@unroll/example-kit'
import { expect, it } from 'vitest'

it('is a bar in a terminal', async () => {
  const shown = await progressOn(Object.assign(new PassThrough(), { isTTY: true, columns: 100 }))
  expect(shown).toMatch(/█+ 100 % │ [\d.]+ a second │ 0:00 left │ all is well/)
})

it('is plain lines elsewhere', async () => {
  const shown = await progressOn(Object.assign(new PassThrough(), { isTTY: false }))
  expect(shown).toMatch(/^round 4 of 4: [\d.]+ a second, 0:00 left, all is well\n$/)
})

it('is nothing when all is done', async () => {
  const shown = await progressOn(Object.assign(new PassThrough(), { isTTY: false }), 4)
  expect(shown).toBe('')
})

it('writes times as people do', () => {
  expect([0.4, 75.4, 3599.7, 3675].map(formatClock)).toEqual(['0:00', '1:15', '1:00:00', '1:01:15'])
  expect([0.4, 59.4, 75.4, 3599.7, 3675].map(formatDuration)).toEqual([
    '0 s',
    '59 s',
    '1 min 15 s',
    '1 h 0 min',
    '1 h 1 min',
  ])
})

it('averages the last values, as many as there are', () => {
  expect(recentMean([1, 2, 4, 6], 2)).toBe(5)
  expect(recentMean([1, 2], 20)).toBe(1.5)
})

async function progressOn(stream: PassThrough, done = 0): Promise<string> {
  let shown = ''
  stream.on('data', (chunk) => {
    shown += chunk
  })
  const work: Work = {
    ...{ total: 4, unit: 'round', done: () => done },
    report: (pace) => [`${pace.toFixed(1)} a second`, 'all is well'],
  }
  const progress = showProgress(work, stream as unknown as NodeJS.WriteStream)
  for (; done < 4; done++) progress.update()
  progress.update()
  progress.stop()
  stream.end()
  await finished(stream)
  return shown
}
