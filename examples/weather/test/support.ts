import { createHash } from 'node:crypto'
import { Random, readSafetensors } from '@unroll/tensor'
import type { Config } from '../src/config.js'
import { type Data, openData } from '../src/data/open-data.js'
import { type Day, dateOf } from '../src/data/weather.js'
import { fingerprint, type Run } from '../src/run.js'

/** Settings of a run that takes milliseconds. */
export const smallConfig: Config = {
  cell: 'gru',
  hidden: 4,
  dropout: 0.2,
  days: 5,
  horizon: 3,
  batch: 64,
  lr: 0.01,
  epochs: 2,
  networks: 2,
  seed: 1,
}

/** Two years and a bit of weather that there never was: seasons, and some chance. */
export const smallDays: readonly Day[] = someDays(740)

export function smallData(days = smallDays): Data {
  return openData(days, smallConfig)
}

export function smallRun(config: Partial<Config> = {}): Run {
  return { config: { ...smallConfig, ...config }, fingerprint: fingerprint('weather'), checkpoints: [] }
}

export function someDays(count: number): Day[] {
  const chance = new Random(1).normal([count, 4]).toArray() as number[][]
  const first = Date.UTC(2019, 2, 1) / 86_400_000
  return chance.map(([a, b, c, d], i) => {
    const season = 15 - 10 * Math.cos((2 * Math.PI * (i + 60)) / 365)
    const tempMax = round(season + 3 * a)
    return {
      ...{ day: first + i, tempMax, tempMin: round(tempMax - 5 - b ** 2) },
      ...{ precipitation: round(c > 0 ? 10 * c : 0), wind: round(2 + Math.abs(d)) },
    }
  })
}

/** The days as a CSV text. */
export function csvOf(days: readonly Day[]): string {
  const rows = days.map(
    ({ day, precipitation, tempMax, tempMin, wind }) =>
      `${dateOf(day)},${precipitation},${tempMax},${tempMin},${wind}`,
  )
  return `${['date,precipitation,temp_max,temp_min,wind', ...rows].join('\n')}\n`
}

/** Tells the weights in the file of a run, and all else in it but the times that it took, from others. */
export function digest(bytes: Uint8Array): string {
  const { tensors, metadata } = readSafetensors(bytes)
  const hash = createHash('sha256')
  for (const name of Object.keys(tensors).sort())
    hash.update(`${name} ${tensors[name].shape} ${tensors[name].data.join(' ')}\n`)
  for (const name of Object.keys(metadata).sort())
    hash.update(`${name} ${metadata[name].replace(/\\*"seconds\\*":[\d.e-]+/g, '')}\n`)
  return hash.digest('hex')
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
