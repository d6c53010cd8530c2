import { Random } from '@unroll/tensor'
import { expect, it } from 'vitest'
import { dayCount, drawExamples, type Example } from '../src/dates/examples.js'
import { isUnseen, write } from '../src/dates/forms.js'
import { dayAfter, isoOf } from '../src/dates/languages.js'
import { mistype } from '../src/dates/mistype.js'

const sizes = { training: 600, heldOut: 100 }
const examples = drawExamples(sizes, new Random(1))
const all = Object.values(examples).flat() as Example[]

it('gives as many as were asked for, the same ones for a seed', () => {
  expect(Object.entries(examples).map(([name, { length }]) => [name, length])).toEqual([
    ['heldOut', 100],
    ['unseen', 50],
    ['mistyped', 50],
    ['validation', 50],
    ['training', 600],
  ])
  expect(drawExamples(sizes, new Random(1))).toEqual(examples)
  expect(drawExamples(sizes, new Random(2))).not.toEqual(examples)
})

it('has no date twice: what is held out does not occur in training in any form', () => {
  expect(new Set(all.map(({ iso }) => iso)).size).toBe(all.length)
})

it('holds out the same dates however many there are to train on', () => {
  const more = drawExamples({ ...sizes, training: 700 }, new Random(1))
  expect(more.heldOut).toEqual(examples.heldOut)
  expect(more.training.slice(0, 600)).toEqual(examples.training)
})

it('keeps the unseen forms to themselves', () => {
  expect(examples.unseen.every(isUnseen)).toBe(true)
  expect([...examples.training, ...examples.validation, ...examples.heldOut].some(isUnseen)).toBe(false)
})

it('writes what it says: each text is its date in its form, but for case and slips', () => {
  const days = Array.from({ length: dayCount }, (_, i) => dayAfter(1900, i))
  const byIso = new Map(days.map((day) => [isoOf(day), day]))
  const asMeant = (example: Example) => {
    const day = byIso.get(example.iso)
    if (!day) throw new Error(`${example.iso} is no day of 1900 to 2099`)
    const text = write(example, day)
    return example.text === text || example.text === text.toLowerCase()
  }
  expect(examples.heldOut.every(asMeant)).toBe(true)
  expect(examples.unseen.every(asMeant)).toBe(true)
  expect(examples.mistyped.some(asMeant)).toBe(false)
  const slips = examples.training.filter((example) => !asMeant(example)).length
  expect(slips).toBeGreaterThan(80)
  expect(slips).toBeLessThan(160)
})

it('makes slips in words of four letters or more, and leaves numbers alone', () => {
  expect(mistype('08/08/2009', new Random(1))).toBeUndefined()
  expect(mistype('8 ago 2009', new Random(1))).toBeUndefined()
  const rng = new Random(1)
  const seen = new Set(Array.from({ length: 200 }, () => mistype('8 août 2009', rng)))
  const left = ['8 aût 2009', '8 aot 2009', '8 aoû 2009']
  const twice = ['8 aaoût 2009', '8 aooût 2009', '8 aoûût 2009', '8 aoûtt 2009']
  const exchanged = ['8 aûot 2009', '8 aotû 2009']
  expect([...seen].sort()).toEqual([...left, ...twice, ...exchanged, '8 aout 2009'].sort())
})
