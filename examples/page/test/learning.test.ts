import { expect, test } from 'vitest'
import { batchOf } from '../src/learning/batches.js'
import { Pace, stepsPerCall } from '../src/learning/pace.js'
import { Run } from '../src/learning/run.js'
import { write } from '../src/learning/write.js'
import { text, vocabulary } from '../src/text.js'

test('a batch is pieces of the text, each with the character after each of its own', () => {
  const { x, y } = batchOf(7)
  expect([x.shape, y.shape]).toEqual([
    [8, 64],
    [8, 64],
  ])
  for (const row of [0, 7]) {
    const [read, told] = [x, y].map((part) => vocabulary.decode(part.slice(row).copy()).join(''))
    expect(text).toContain(read + told.slice(-1))
    expect(told.slice(0, -1)).toBe(read.slice(1))
  }
})

test('batches differ from step to step, and are the same for one step', () => {
  const figures = (step: number) => [...batchOf(step).x.data]
  expect(figures(3)).toEqual(figures(3))
  expect(figures(3)).not.toEqual(figures(4))
})

test('a model writes as many characters as it is asked for, of those that it knows', () => {
  const run = new Run('small')
  const written = write(run, 200)
  expect(written.length).toBeGreaterThan(150) // white space at the ends is left out
  expect(written.length).toBeLessThanOrEqual(200)
  expect([...written].every((character) => vocabulary.has(character))).toBe(true)
  expect(write(run, 200)).toBe(written)
})

test('it writes with the weights that it has by then', () => {
  const run = new Run('small')
  const before = write(run, 50)
  run.learn(batchOf(0))
  expect(write(run, 50)).not.toBe(before)
})

test('steps go one by one until it is known that more of them take no time', () => {
  const pace = new Pace()
  pace.took(1, 3000) // made ready
  for (let i = 0; i < 4; i++) pace.took(1, 5)
  expect(pace.steps).toBe(1)
  pace.took(1, 5)
  expect(pace.steps).toBe(stepsPerCall)
  pace.took(stepsPerCall, 3000) // made ready
  pace.took(stepsPerCall, 120)
  expect(pace.steps).toBe(stepsPerCall)
  pace.took(stepsPerCall, 250)
  expect(pace.steps).toBe(1)
})

test('slow steps go one by one', () => {
  const pace = new Pace()
  for (let i = 0; i < 50; i++) pace.took(1, 40)
  expect(pace.steps).toBe(1)
})
