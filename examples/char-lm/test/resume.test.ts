import { describe, expect, it } from 'vitest'
import { decodeRun, encodeRun } from '../src/checkpoint/checkpoint.js'
import type { Config } from '../src/config.js'
import type { Run } from '../src/run.js'
import { train } from '../src/train.js'
import { digest, smallRun } from './support.js'

/** The windows of an epoch of the small text, with the small settings. */
const epoch = smallRun(1).training.windows

const kinds: [string, Partial<Config>][] = [
  ['an LSTM', {}],
  ['two layers with dropout, which draws random numbers in every step', { layers: 2, dropout: 0.3 }],
  ['a GRU', { cell: 'gru', dropout: 0.1 }],
  ['an RNN', { cell: 'rnn' }],
]

describe.each(kinds)(
  'a resumed run ends with the bits of one that was never interrupted: %s',
  (_, config) => {
    const steps = epoch + 6
    const interruptions: [string, number[]][] = [
      ['before the first step', [0]],
      ['after the first step', [1]],
      ['after two steps, and after five', [2, 5]],
      ['before the last window of the text', [epoch - 1]],
      ['where the text begins anew', [epoch]],
      ['in the second epoch', [epoch + 3]],
      ['after every step', Array.from({ length: steps }, (_, i) => i)],
    ]

    it.each(interruptions)('interrupted %s', async (_, stops) => {
      const uninterrupted = smallRun(steps, config)
      await train(uninterrupted.run, uninterrupted.training, uninterrupted)

      const { run: first, training, heldOut } = smallRun(steps, config)
      let run = first
      for (const stop of stops) {
        const controller = new AbortController()
        const onStep = () => {
          if (run.step === stop) controller.abort()
        }
        if (stop === 0) controller.abort()
        await train(run, training, { heldOut, onStep, signal: controller.signal })
        expect(run.step).toBe(stop)
        run = decodeRun(encodeRun(run))
      }
      await train(run, training, { heldOut })
      expect(fingerprintOf(run)).toBe(fingerprintOf(uninterrupted.run))
    })
  },
)

it('what the test compares does change when a step is trained differently', async () => {
  const { run, training, heldOut } = smallRun(3)
  await train(run, training, { heldOut })
  const other = smallRun(3, { seed: 2 })
  await train(other.run, other.training, other)
  expect(fingerprintOf(run)).not.toBe(fingerprintOf(other.run))
})

/** Of all of a run but the time that it took. */
function fingerprintOf(run: Run): string {
  run.seconds = 0
  return digest(encodeRun(run))
}
