import { PassThrough } from 'node:stream'
import { beforeAll, describe, expect, it } from 'vitest'
import { judge, type Outcome } from '../src/report/outcome.js'
import { drawOutcome } from '../src/report/picture.js'
import { showTraining } from '../src/report/progress.js'
import { formatOutcome } from '../src/report/table.js'
import type { Run } from '../src/run.js'
import { train } from '../src/train.js'
import { smallConfig, smallData, smallRun } from './support.js'

const data = smallData()
let outcome: Outcome
beforeAll(async () => {
  outcome = judge(await train(smallRun(), data), data)
})

describe('an outcome', () => {
  it('has what all said of the same days', () => {
    const { truth, baselines, together, days } = outcome
    for (const { forecasts } of [...baselines, together]) {
      expect(forecasts).toHaveLength(truth.length)
      expect(forecasts.every((row) => row.length === 3 && row.every(Number.isFinite))).toBe(true)
    }
    expect(days).toHaveLength(truth.length + 2)
    expect(outcome.networks).toHaveLength(2)
  })

  it('has networks that forecast the same each time: nothing is dropped then', async () => {
    const trained = await train(smallRun(), data)
    expect(judge(trained, data).together.forecasts).toEqual(outcome.together.forecasts)
    expect(judge(trained, data).next).toEqual(outcome.next)
  })
})

it('the progress goes from the first epoch to the last, resumed or not', async () => {
  const shown = (run: Run, stream: PassThrough) => {
    const progress = showTraining(run, Object.assign(stream, { isTTY: true, columns: 150 }) as never)
    return train(run, data, { onEpoch: progress.update }).finally(progress.stop)
  }
  const [run, first, second] = [smallRun(), new PassThrough(), new PassThrough()]
  await shown(run, first)
  expect(String(first.read())).toMatch(
    /█ 100 % │ network 2 of 2 │ 0:00 left │ training \d\.\d\d °C off │ validation \d\.\d\d °C off/,
  )
  await shown(run, second)
  expect(String(second.read())).not.toMatch(/NaN|Infinity/)
})

describe('the table', () => {
  const cells = (text: string) =>
    text.split('\n').flatMap((line) =>
      line.startsWith('│')
        ? [
            line
              .split('│')
              .slice(1, -1)
              .map((cell) => cell.trim()),
          ]
        : [],
    )

  it('has the errors of all, by days ahead', () => {
    const rows = cells(formatOutcome(smallConfig, outcome))
    const names = ['last year', 'persistence', 'climatology', expect.stringMatching(/^linear, \d+ days?$/)]
    const networks = ['GRU, 1 × 4, mean of 2', '± between them', 'their mean forecast']
    const half = (title: string) => [title, ...names, ...networks]
    expect(rows.map(([name]) => name)).toEqual([
      ...half('days ahead: mean error, °C'),
      ...half('root of mean square, °C'),
    ])
    expect(rows[0].slice(1)).toEqual(['1', '2', '3', 'all'])
    const { mae, rmse } = outcome.baselines[1].score
    expect(rows[2].slice(1)).toEqual([...mae.ahead, mae.all].map((x) => x.toFixed(2)))
    expect(rows[10].slice(1)).toEqual([...rmse.ahead, rmse.all].map((x) => x.toFixed(2)))
  })

  it('says who wins, and who does not', () => {
    const off = (all: number, ...ahead: number[]) => ({ mae: { ahead, all }, rmse: { ahead, all } })
    const told = (name: string, score: ReturnType<typeof off>) => ({ name, score, forecasts: [] })
    const better = {
      ...outcome,
      baselines: [told('a', off(5, 5, 5, 5)), told('b', off(2, 1, 2, 3))],
      networks: [off(1.5, 1, 1, 2.5), off(2.5, 2, 2, 3.5)],
      mean: off(1.75, 1.5, 1.5, 2),
    }
    expect(formatOutcome(smallConfig, better)).toContain(
      'The best of the others is b. By the mean error a network is 0.25 °C better;\n1 of 2 are better over all days, and on average they are for days 2, 3 ahead.',
    )
    expect(formatOutcome(smallConfig, { ...better, mean: off(3, 3, 3, 3) })).toContain(
      'a network is 1.00 °C worse;\n1 of 2 are better over all days, and on average they are for no day ahead.',
    )
  })

  it('has one row for one network', () => {
    const rows = cells(formatOutcome(smallConfig, { ...outcome, networks: outcome.networks.slice(1) }))
    expect(rows.map(([name]) => name).slice(5, 7)).toEqual(['GRU, 1 × 4', 'root of mean square, °C'])
  })
})

describe('the picture', () => {
  it('is an SVG with its panels, its curves and their names', () => {
    const svg = drawOutcome(smallConfig, outcome)
    expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"[\s\S]*<\/svg>$/)
    for (const label of [
      'Highest temperature, °C, 2020-10-09 to 2021-02-05',
      'Mean error by days ahead, °C',
      'days ahead',
      'as it was',
      'GRU, the day before',
      'GRU, 3 days before',
      'GRU, 1 × 4',
      ...outcome.baselines.map(({ name }) => name),
    ])
      expect(svg).toContain(`>${label}<`)
    expect(svg).not.toContain('NaN')
    const points = [...svg.matchAll(/<path d="(M[^"]*)" fill="none"/g)].map(
      ([, path]) => path.match(/[MLC]/g)?.length,
    )
    expect(points.filter((count) => count === 120)).toHaveLength(4)
    expect(points.filter((count) => count === 3)).toHaveLength(5)
  })

  it('leaves out the far days where there is one day ahead alone', () => {
    const { truth, baselines, together } = outcome
    const one = (rows: readonly (readonly number[])[]) => rows.map((row) => row.slice(0, 1))
    const svg = drawOutcome(
      { ...smallConfig, horizon: 1 },
      {
        ...{ ...outcome, truth: one(truth), together: { ...together, forecasts: one(together.forecasts) } },
        baselines: baselines.map((told) => ({ ...told, forecasts: one(told.forecasts) })),
      },
    )
    expect(svg).toContain('>GRU, the day before<')
    expect(svg).not.toContain('days before<')
  })
})
