import { PassThrough } from 'node:stream'
import { finished } from 'node:stream/promises'
import { expect, it } from 'vitest'
import { formatClock, formatDuration, recentMean } from '../src/report/format.js'
import { showProgress } from '../src/report/progress.js'
import { train } from '../src/train.js'
import { smallRun } from './support.js'

it('is a bar in a terminal', async () => {
  const shown = await progressOn(Object.assign(new PassThrough(), { isTTY: true, columns: 100 }))
  expect(shown).toMatch(
    /█+ 100 % │ [\d,]+ char\/s │ 0:00 left │ train \d\.\d\d │ held-out \d\.\d\d │ grad \d\.\d\d/,
  )
})

it('is plain lines elsewhere', async () => {
  const shown = await progressOn(Object.assign(new PassThrough(), { isTTY: false }))
  expect(shown).toMatch(
    /^step 4 of 4: [\d,]+ char\/s, 0:00 left, train \d\.\d\d, held-out \d\.\d\d, grad \d\.\d\d\n$/,
  )
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

async function progressOn(stream: PassThrough): Promise<string> {
  let shown = ''
  stream.on('data', (chunk) => {
    shown += chunk
  })
  const { run, training, heldOut } = smallRun(4)
  const progress = showProgress(run, stream as unknown as NodeJS.WriteStream)
  await train(run, training, { heldOut, onStep: () => progress.update() })
  progress.stop()
  stream.end()
  await finished(stream)
  return shown
}
