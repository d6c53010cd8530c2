import { PassThrough } from 'node:stream'
import { finished } from 'node:stream/promises'
import { expect, it } from 'vitest'
import { showTraining } from '../src/report/progress.js'
import { train } from '../src/train.js'
import { smallRun } from './support.js'

it('shows the pace, the time left, the losses and the gradient', async () => {
  const stream = Object.assign(new PassThrough(), { isTTY: false })
  let shown = ''
  stream.on('data', (chunk) => {
    shown += chunk
  })
  const { run, training, heldOut } = smallRun(4)
  const progress = showTraining(run, stream as unknown as NodeJS.WriteStream)
  await train(run, training, { heldOut, onStep: () => progress.update() })
  progress.stop()
  stream.end()
  await finished(stream)
  expect(shown).toMatch(
    /^step 4 of 4: [\d,]+ char\/s, 0:00 left, train \d\.\d\d, held-out \d\.\d\d, grad \d\.\d\d\n$/,
  )
})
