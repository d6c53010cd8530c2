import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { startChild } from '../src/contest/child.js'
import { type ContestOptions, contest, type Score } from '../src/contest/contest.js'
import type { Entrant } from '../src/contest/entrant.js'
import { difference, sameMaths } from '../src/contest/judge.js'
import { drawContest } from '../src/contest/picture.js'
import { contestTables } from '../src/contest/report.js'
import { formatSpeed } from '../src/contest/units.js'
import { type Workload, workloads } from '../src/workloads/workload.js'

// Contestants that do no work, but keep to the protocol, or break it.

const folder = mkdtempSync(join(tmpdir(), 'unroll-bench-test-'))
afterAll(() => rmSync(folder, { recursive: true }))

const workload: Workload = { kind: 'matmul', m: 1, k: 1, n: 1, repeats: 1 }
const options: ContestOptions = { rounds: 3, turn: 0.001, limit: 20, slow: 10 }

/** A program that answers each question by this expression. */
function pretender(name: string, answer: string, threads = 1): Entrant {
  const file = join(folder, `${name.replaceAll(' ', '-')}.mjs`)
  writeFileSync(
    file,
    `import { createInterface } from 'node:readline'
    let count = 0
    for await (const line of createInterface({ input: process.stdin })) {
      const question = JSON.parse(line)
      count++
      const prepared = { answer: 'prepared', about: 'nothing' }
      const ran = { answer: 'ran', times: [count, count, 100], losses: [1.5], peak: 1e6 * count }
      console.log(JSON.stringify(${answer}))
    }`,
  )
  return { name, threads, launch: { command: process.execPath, args: [file] } }
}

const willing = "question.ask === 'prepare' ? prepared : ran"

describe('a contest', () => {
  test('gives every entrant a turn in every round', async () => {
    const entrants = [pretender('one', willing), pretender('two', willing, 2)]
    const scores = await contest('W7a', workload, entrants, { ...options, slow: 1000 })
    for (const [i, score] of scores.entries())
      expect(score).toMatchObject({
        workload: 'W7a',
        name: ['one', 'two'][i],
        threads: i + 1,
        about: 'nothing',
        rounds: [5, 6, 7], // the medians; one question was to prepare, three to warm up
        losses: [1.5, 1.5, 1.5],
        peak: 7e6,
      })
  })

  test('takes a slow step once', async () => {
    const [score] = await contest('W7a', workload, [pretender('slow', willing)], { ...options, slow: 2 })
    expect(score.rounds).toEqual([3, 3, 100])
    expect(score.note).toBe('one step only')
  })

  test('goes on without those that cannot, fail or end', async () => {
    const said: string[] = []
    const scores = await contest(
      'W7a',
      workload,
      [
        pretender('unable', "{ answer: 'unsupported', reason: 'never learnt it' }"),
        pretender(
          'failing',
          "question.ask === 'prepare' ? prepared : { answer: 'failed', problem: 'oh no' }",
        ),
        pretender('ending', 'nobody.knows'),
        pretender('well', willing),
      ],
      { ...options, slow: 1000, say: (line) => said.push(line) },
    )
    expect(scores.map(({ note }) => note)).toEqual([
      'never learnt it',
      'oh no',
      'it ended (1): ReferenceError: nobody is not defined',
      undefined,
    ])
    expect(scores.map(({ rounds }) => rounds.length)).toEqual([0, 0, 0, 3])
    expect(said).toContain('W7a: unable is out: never learnt it')
  })

  test('does not wait for ever', async () => {
    const hanging = pretender('hanging', 'await new Promise((resolve) => setTimeout(resolve, 60_000))')
    const [{ note }] = await contest('W7a', workload, [hanging], { ...options, limit: 0.3 })
    expect(note).toBe('no answer in 0.3 s')
  })
})

test('a program that cannot be started is an error that says so', async () => {
  const child = startChild({ command: join(folder, 'nowhere'), args: [] })
  await expect(child.ask({ ask: 'run', steps: 1, seconds: 0 }, 10)).rejects.toThrow('ENOENT')
  await child.close()
})

describe('losses', () => {
  const truth = score({ losses: [4, 2] })

  test('are the same when they differ by rounding', () => {
    const scores = [truth, score({ losses: [4.0001, 2] }), score({ losses: [4, 2.1, 1] })]
    expect(difference(scores[1], scores)).toBeCloseTo(2.5e-5)
    expect(scores.map((s) => sameMaths(s, scores))).toEqual([true, true, false])
  })

  test('that are none are not the same', () => {
    const lost = score({ losses: JSON.parse('[null]') })
    expect(sameMaths(lost, [truth, lost])).toBe(false)
  })

  test('are not compared with those of other workloads or of another maths', () => {
    const elsewhere = score({ workload: 'W2', losses: [7] })
    const own = score({ ownMaths: 'RMSProp', losses: [7] })
    expect(sameMaths(elsewhere, [truth, elsewhere])).toBe(true)
    expect(sameMaths(own, [own, truth])).toBeUndefined()
    expect(sameMaths(truth, [own, truth])).toBe(true)
  })
})

describe('the report', () => {
  const scores = [
    score({ rounds: [0.002, 0.001, 0.004], losses: [4.125], peak: 123e6, start: 0.5 }),
    score({ name: 'other', threads: 2, note: 'has no threads' }),
  ]

  test('has a line for who was timed, and a word on who was not', () => {
    const text = contestTables(scores)
    expect(text).toContain('W1 char LSTM, training step (vocabulary 65, embedding 64, H 128, T 64, B 32)')
    expect(text).toMatch(/unroll │ yes +│ 2\.00 │ 1\.00 │ 4\.00 │ +500 ms │ +123 │ 4\.12500/)
    expect(text).toContain('without other, 2 threads: has no threads')
  })

  test('has a picture', () => {
    const svg = drawContest(scores)
    expect(svg).toContain('>unroll<')
    expect(svg).toContain('>W1 char LSTM, training step<')
    expect(svg).not.toContain('>other, 2 threads<')
  })

  test('tells generating in symbols and products in GFLOP by the second', () => {
    expect(formatSpeed(workloads.W6.workload, 0.01)).toBe('50,000')
    expect(formatSpeed(workloads.W7c.workload, 1)).toBe('2.15')
    expect(formatSpeed(workloads.W1.workload, 1.2345)).toBe('1,235')
  })
})

function score(parts: Partial<Score>): Score {
  return { workload: 'W1', name: 'unroll', threads: 1, rounds: [], losses: [], ...parts }
}
