import { colours, drawSvg } from '@unroll/example-kit'
import type { EpochRecord } from '@unroll/rnn'
import type { Judged } from '../baselines.js'
import type { Mail } from '../mails/corpus.js'
import { precisionRecall } from '../score.js'

export interface PictureParts {
  history: readonly EpochRecord[]
  /** From the simplest to the network; the first, which cannot rank mails, has no curve. */
  judged: readonly Judged[]
  /** Those that were judged. */
  mails: readonly Mail[]
  readings: readonly Reading[]
}

/** How sure the network was of spam as it read a mail. */
export interface Reading {
  name: string
  spam: boolean
  curve: readonly { word: number; probability: number }[]
}

/**
 * A picture of a run as SVG: the loss epoch by epoch, precision against recall, and for some test mails the probability of spam
 * after each word.
 */
export function drawPicture({ history, judged, mails, readings }: PictureParts): string {
  const ranked = judged.slice(1)
  const lowest = Math.min(...ranked.map(({ logits }) => knee(logits, mails)))
  const corner = { min: lowest, max: 1, interval: lowest < 0.8 ? 0.2 : 0.05 }
  const longest = Math.max(1, ...readings.map(({ curve }) => curve.at(-1)?.word ?? 1))
  const axes = [
    axesOf(0, 'epoch', { min: 1, max: Math.max(2, history.length), minInterval: 1 }, { min: 0 }),
    axesOf(1, 'recall: of the spam, so much is found', corner, corner),
    axesOf(2, 'words read', { min: 1, max: longest, minInterval: 1 }, { min: 0, max: 1 }),
  ]
  const option = {
    title: panels.map(({ title, left, top }) => ({
      ...{ text: title, left: left - 40, top: top - 42 },
      textStyle: { fontSize: 15 },
    })),
    grid: panels.map(({ left, top, width, height }) => ({ left, top, width, height })),
    xAxis: axes.map(({ x }) => x),
    yAxis: axes.map(({ y }) => y),
    series: [
      ...lossCurves(history),
      ...ranked.map(({ logits, name }, i) => rankCurve(name, i, logits, mails)),
      level(2, 0.5, longest),
      ...readings.map(readingCurve),
    ],
  }
  return drawSvg(option, { width: 1000, height: 760 })
}

const panels = [
  { title: 'Loss', left: 60, top: 60, width: 300, height: 240 },
  { title: 'Precision: of what is taken for spam, so much is', left: 540, top: 60, width: 420, height: 240 },
  {
    title: 'The probability of spam after each word of a mail, for some test mails',
    left: 60,
    top: 410,
    width: 690,
    height: 280,
  },
] as const

const rankColours = [colours.orange, colours.green, colours.blue]
const readingColours = [colours.red, colours.purple, colours.green, colours.blue]

function axesOf(gridIndex: number, name: string, x: object, y: object) {
  const pale = { lineStyle: { color: colours.pale } }
  return {
    x: {
      gridIndex,
      type: 'value',
      name,
      nameLocation: 'middle',
      nameGap: 28,
      splitLine: { show: false },
      ...x,
    },
    y: { gridIndex, type: 'value', splitLine: pale, ...y },
  }
}

function lossCurves(history: readonly EpochRecord[]) {
  const training = history.map(({ epoch, loss }) => [epoch, loss])
  const validation = history.map(({ epoch, validation }) => [epoch, validation?.loss])
  return [curve(0, 'training', colours.blue, training), curve(0, 'validation', colours.red, validation)]
}

/** Its name is at the bottom of the panel: all of these curves end in the same corner. */
function rankCurve(name: string, i: number, logits: readonly number[], mails: readonly Mail[]) {
  const { left, top, height } = panels[1]
  const points = precisionRecall(logits, mails).map(({ recall, precision }) => [recall, precision])
  return { ...curve(1, name, rankColours[i], points), ...at(left + 20, top + height - 70 + 22 * i) }
}

/** Its name is beside the panel: most of these curves end at its top or bottom. */
function readingCurve({ name, spam, curve: points }: Reading, i: number) {
  const { left, top, width } = panels[2]
  const data = points.map(({ word, probability }) => [word, probability])
  return {
    ...curve(2, name, readingColours[i], data),
    ...at(left + width + 20, top + 30 + 24 * i),
    lineStyle: { width: 2, type: spam ? 'solid' : 'dotted' },
  }
}

/** Puts the name of a curve in a place. */
function at(x: number, y: number) {
  return { labelLayout: { x, y, align: 'left' } }
}

/** A curve with its name at its end. */
function curve(panel: number, name: string, color: string, data: readonly unknown[]) {
  return {
    ...{ type: 'line', name, data, color, xAxisIndex: panel, yAxisIndex: panel },
    ...{ silent: true, showSymbol: data.length === 1, lineStyle: { width: 2 } },
    endLabel: { show: true, formatter: name, color, distance: 10 },
    labelLayout: { moveOverlap: 'shiftY' },
  }
}

/** A dashed line from side to side. */
function level(panel: number, value: number, right: number) {
  const ends = [1, right].map((x) => [x, value])
  const line = curve(panel, '', colours.grey, ends)
  return { ...line, endLabel: { show: false }, lineStyle: { width: 1.5, type: 'dashed' } }
}

/** Where the corner begins that is worth looking at: the precision at which nine tenths of the spam are found, rounded down. */
function knee(logits: readonly number[], mails: readonly Mail[]): number {
  const points = precisionRecall(logits, mails)
  const precision = points.find(({ recall }) => recall >= 0.95)?.precision ?? 0
  return Math.min(0.8, Math.max(0, Math.floor(10 * precision) / 10))
}
