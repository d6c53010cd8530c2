import { expect, test } from 'vitest'
import { atOnce, Queue } from '../../src/gpu/eager/queue.js'

test('jobs are done one after another, those that take their time as well', async () => {
  const queue = new Queue()
  const done: number[] = []
  for (let k = 0; k < 6; k++)
    queue.push(() => {
      if (k % 2 === 0) {
        done.push(k)
        return
      }
      return new Promise((resolve) =>
        setTimeout(() => {
          done.push(k)
          resolve()
        }, 6 - k),
      )
    })
  expect(done).toEqual([]) // whoever gives a job goes on first
  await queue.settled()
  expect(done).toEqual([0, 1, 2, 3, 4, 5])
})

test('jobs may give jobs, and the queue is used again when it has been empty', async () => {
  const queue = new Queue()
  const done: string[] = []
  for (const round of ['a', 'b']) {
    queue.push(() => {
      done.push(round)
      queue.push(() => void done.push(`${round}2`))
    })
    await queue.settled()
  }
  await queue.settled()
  expect(done).toEqual(['a', 'a2', 'b', 'b2'])
})

test('where answers come at once, so do errors', async () => {
  expect(() =>
    atOnce.push(() => {
      throw new Error('mine')
    }),
  ).toThrow('mine')
  await atOnce.settled()
})
