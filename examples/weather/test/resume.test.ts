import { readSafetensors, writeSafetensors } from '@unroll/tensor'
import { describe, expect, it } from 'vitest'
import { decodeRun, encodeRun } from '../src/checkpoint.js'
import { openRun } from '../src/run.js'
import { train } from '../src/train.js'
import { digest, smallData, smallRun } from './support.js'

const data = smallData()

describe('a resumed run ends with the bits of one that was never interrupted', () => {
  it.each([
    ['before it began', [0]],
    ['in its first batch', [1]],
    ['in the first network and in the second', [4, 17]],
    ['again and again', [1, 2, 3, 5, 6, 7]],
  ])('interrupted %s', async (_, stops) => {
    const whole = smallRun()
    expect(await train(whole, data)).toHaveLength(2)

    let run = smallRun()
    for (const stop of stops) {
      expect((await train(run, data, { signal: abortAfter(stop) })).length).toBeLessThan(2)
      run = decodeRun(encodeRun(run))
    }
    const trained = await train(run, data)
    expect(digest(encodeRun(run))).toBe(digest(encodeRun(whole)))
    const again = await train(whole, data) // all done: it only puts the weights back
    expect(weightsOf(trained)).toEqual(weightsOf(again))
  })

  it('and what is compared does differ between runs', async () => {
    const [one, other] = [smallRun({ networks: 1 }), smallRun({ networks: 1, seed: 2 })]
    await Promise.all([train(one, data), train(other, data)])
    expect(digest(encodeRun(one))).not.toBe(digest(encodeRun({ ...other, config: one.config })))
  })
})

describe('a checkpoint', () => {
  const sound = smallRun({ networks: 1, epochs: 1 })
  const made = train(sound, data)

  it.each<[string, (file: ReturnType<typeof readSafetensors>) => void, string]>([
    ['of something else', ({ metadata }) => delete metadata.format, 'it was not written by this program'],
    ['of another version', ({ metadata }) => (metadata.version = '2'), 'another version'],
    ['without its run', ({ metadata }) => delete metadata.run, 'its run is not an object in JSON'],
    ['of what is not a run', ({ metadata }) => (metadata.run = '[]'), 'its run is not an object in JSON'],
    [
      'with a size too large',
      (file) => changeConfig(file, { hidden: 1e9 }),
      'its hidden is not an integer from 1 to 1024',
    ],
    [
      'with a setting missing',
      (file) => changeConfig(file, { lr: undefined }),
      'its lr is not a number above 0',
    ],
    [
      'with a tensor of no network',
      ({ tensors }) => (tensors['7.x'] = tensors['0.model.output.bias']),
      'a tensor too many: "7.x"',
    ],
    [
      'with a tensor of no name',
      ({ tensors }) => (tensors.x = tensors['0.model.output.bias']),
      'a tensor too many: "x"',
    ],
    [
      'of a network of no texts',
      ({ metadata }) => (metadata['network.0'] = '{"a":1}'),
      'its network 0 is not made of texts',
    ],
  ])('%s is refused', async (_, spoil, problem) => {
    await made
    const file = readSafetensors(encodeRun(sound))
    spoil(file)
    expect(() => decodeRun(writeSafetensors(file.tensors, { metadata: file.metadata }))).toThrow(problem)
  })

  it('of a network of another size is refused by fit', async () => {
    await made
    const file = readSafetensors(encodeRun(sound))
    changeConfig(file, { hidden: 3 })
    const run = decodeRun(writeSafetensors(file.tensors, { metadata: file.metadata }))
    await expect(train(run, data)).rejects.toThrow(/rnn\.weight_ih_l0.*\[9, 6\]/)
  })

  it('keeps its settings and its weather', () => {
    const former = { ...smallRun(), fingerprint: openRun({}, 'rain').fingerprint }
    expect(openRun({}, 'rain', former)).toBe(former)
    expect(openRun({ hidden: 4 }, 'rain', former)).toBe(former)
    expect(() => openRun({ hidden: 5 }, 'rain', former)).toThrow('has --hidden 4, and cannot change to 5')
    expect(() => openRun({}, 'sun', former)).toThrow('was begun on other weather')
  })
})

function changeConfig({ metadata }: ReturnType<typeof readSafetensors>, change: object): void {
  const run = JSON.parse(metadata.run)
  metadata.run = JSON.stringify({ ...run, config: { ...run.config, ...change } })
}

/** A signal that is looked at after every batch, and aborts at such a look. */
function abortAfter(looks: number): AbortSignal {
  let seen = 0
  return Object.defineProperty({}, 'aborted', { get: () => seen++ >= looks }) as AbortSignal
}

function weightsOf(trained: Awaited<ReturnType<typeof train>>): unknown {
  return trained.map(({ network }) => Object.values(network.stateDict()).map((weight) => weight.toArray()))
}
