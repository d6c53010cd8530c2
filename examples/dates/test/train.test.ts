import { variable } from '@unroll/autograd'
import { Meter } from '@unroll/rnn'
import { tensor } from '@unroll/tensor'
import { expect, it } from 'vitest'
import { target, targetLength } from '../src/model.js'
import { isoFrom, readByBeam, readGreedily } from '../src/readers/network.js'
import type { Run } from '../src/run.js'
import { exact, train } from '../src/train.js'
import { smallRun } from './support.js'

/** All weights, as numbers. */
const weightsOf = ({ model }: Run) => Object.values(model.stateDict()).flatMap(({ data }) => [...data])

/** Trains, stops after so many batches, and goes on in fresh objects. */
async function inTwoParts(config: Parameters<typeof smallRun>[0], batches: number) {
  const controller = new AbortController()
  let saved: Uint8Array | undefined
  let left = batches
  const stopped = await train(smallRun(config), {
    signal: controller.signal,
    callbacks: { onBatch: () => void (--left === 0 && controller.abort()) },
    async save(bytes) {
      saved = bytes
    },
  })
  const run = smallRun(config)
  const result = await train(run, { resume: saved })
  return { stopped, result, weights: weightsOf(run) }
}

it.each([
  ['luong', 1],
  ['bahdanau', 0.3],
] as const)(
  'a run that was interrupted ends with the same bits: %s, teacher forcing %d',
  async (attention, teacherForcing) => {
    const config = { attention, teacherForcing, dates: 24 }
    const run = smallRun(config)
    const whole = await train(run)
    const { stopped, result, weights } = await inTwoParts(config, 4) // three batches are an epoch
    expect([stopped.reason, stopped.history.length, result.reason]).toEqual(['aborted', 1, 'finished'])
    expect(weights).toEqual(weightsOf(run))
    expect(result.history.map(({ loss }) => loss)).toEqual(whole.history.map(({ loss }) => loss))
  },
)

it('learns dates that it is shown', async () => {
  const run = smallRun({ hidden: 16, dates: 16, batch: 8, epochs: 40, lr: 0.03 })
  const { history } = await train(run)
  expect(history[0].loss).toBeGreaterThan(1.5)
  expect(history[39].loss).toBeLessThan(0.5)
})

it('writes ten characters for each text, and greedily is a beam of one', () => {
  const run = smallRun()
  const texts = run.examples.heldOut.map(({ text }) => text)
  const greedy = readGreedily(run, texts)
  for (const [i, one] of greedy.entries()) {
    expect(one.symbols).toHaveLength(targetLength)
    const [rows, columns] = one.weights?.shape ?? []
    expect([rows, columns >= [...texts[i]].length]).toEqual([targetLength, true])
  }
  const beam = readByBeam(run, texts, { beamWidth: 1 })
  expect(beam.map(([one]) => isoFrom(one))).toEqual(greedy.map(isoFrom))
})

it('exact counts dates that are right from beginning to end', () => {
  const meter = new Meter(exact())
  const wanted = tensor(
    ['1979-05-03', '2009-08-08'].map((iso) => [...target.encode(iso)]),
    { dtype: 'int32' },
  )
  const given = ['1979-05-03', '2009-08-09'].map((iso) => [...target.encode(iso)])
  const oneHot = given.map((row) =>
    row.map((symbol) => Array.from({ length: target.size }, (_, i) => Number(i === symbol))),
  )
  meter.add({ prediction: variable(tensor(oneHot)), target: wanted })
  expect(meter.value()).toBe(1 / 2)
})
