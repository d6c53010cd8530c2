import { sameShape } from '@unroll/tensor'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Streams } from '../src/text/batches.js'

const cases = fc
  .record({ batch: fc.integer({ min: 1, max: 7 }), bptt: fc.integer({ min: 1, max: 9 }), rest: fc.nat(60) })
  .map(({ batch, bptt, rest }) => {
    const text = Int32Array.from({ length: batch + 1 + rest }, (_, i) => i) // each character is its position
    return { text, batch, bptt, streams: new Streams(text, batch, bptt) }
  })

it('makes every character but the first a target, once an epoch', () => {
  fc.assert(
    fc.property(cases, ({ text, batch, streams }) => {
      const targets = Array.from({ length: streams.windows }, (_, i) => [
        ...streams.window(i).targets.data,
      ]).flat()
      const covered = Array.from(streams.covered.slice(1))
      expect(targets.sort((a, b) => a - b)).toEqual(covered)
      expect(text.length - streams.covered.length).toBeLessThan(batch)
    }),
  )
})

it('asks for the character after each input, and goes on in each stream where the last window ended', () => {
  fc.assert(
    fc.property(cases, ({ batch, bptt, streams }) => {
      let last: number[] | undefined
      for (let step = 0; step < 2 * streams.windows; step++) {
        const { inputs, targets, isFirst } = streams.window(step)
        const [, time] = inputs.shape
        expect(sameShape(inputs.shape, targets.shape)).toBe(true)
        expect(inputs.shape[0]).toBe(batch)
        expect(time).toBeLessThanOrEqual(bptt)
        expect([...targets.data]).toEqual([...inputs.data].map((character) => character + 1))
        expect(isFirst).toBe(step % streams.windows === 0)
        const firsts = Array.from({ length: batch }, (_, b) => inputs.get(b, 0))
        if (isFirst) expect(firsts).toEqual(firsts.map((_, b) => b * streams.length))
        else expect(firsts).toEqual(last)
        last = Array.from({ length: batch }, (_, b) => targets.get(b, -1))
      }
    }),
  )
})

it('reads this text in these windows', () => {
  const streams = new Streams(
    Int32Array.from({ length: 12 }, (_, i) => i),
    2,
    3,
  )
  expect([streams.length, streams.windows]).toEqual([5, 2])
  expect(streams.window(0).inputs.toArray()).toEqual([
    [0, 1, 2],
    [5, 6, 7],
  ])
  expect(streams.window(1).targets.toArray()).toEqual([
    [4, 5],
    [9, 10],
  ])
  expect(streams.window(2).inputs.toArray()).toEqual(streams.window(0).inputs.toArray())
})

it('refuses a text with fewer targets than streams', () => {
  expect(() => new Streams(new Int32Array(4), 4, 2)).toThrow('4 characters are too few for 4 streams')
})
