import { colours, drawSvg } from '@unroll/example-kit'
import type { LineSeriesOption } from 'echarts/charts'
import type { Run } from '../run.js'
import type { Outcome } from './outcome.js'

/**
 * A picture of a run as SVG: above, the losses in bits per character beside those of the baselines;
 * below, the norm of the gradient before clipping, and the norm that it is clipped to.
 */
export function plotCurves(run: Run, { baselines, score }: Outcome): string {
  const { history, config, step } = run
  const heldOut = [
    ...history.heldOut.map(({ step, loss }) => [step, loss]),
    [step, score.bits], // the only one that is of the whole held-out text
  ]
  const option = {
    title: panels.map(({ title, top }) => ({
      text: title,
      left: 20,
      top: top - 40,
      textStyle: { fontSize: 16 },
    })),
    grid: panels.map(({ top, height }) => ({ left: 60, right: 160, top, height })),
    xAxis: panels.map((_, gridIndex) => ({
      ...{ gridIndex, type: 'value', min: 0, max: step, minInterval: 1 },
      ...{ name: 'step', nameLocation: 'middle', nameGap: 28, splitLine: { show: false } },
    })),
    yAxis: panels.map(({ scale }, gridIndex) => ({
      logBase: 2,
      gridIndex,
      type: scale,
      scale: true,
      splitLine: pale,
    })),
    series: [
      level(0, `unigram ${baselines.unigram.bits.toFixed(2)}`, baselines.unigram.bits, step),
      level(0, `trigram ${baselines.trigram.bits.toFixed(2)}`, baselines.trigram.bits, step),
      noisy(0, blue, history.loss),
      curve(0, 'training', blue, smooth(history.loss)),
      { ...curve(0, `held-out ${score.bits.toFixed(2)}`, red, heldOut), ...dots },
      level(1, `clipped to ${config.clip}`, config.clip, step),
      noisy(1, green, history.gradientNorm),
      curve(1, 'norm', green, smooth(history.gradientNorm)),
    ],
  }
  return drawSvg(option, { width: 960, height: 700 })
}

const panels = [
  { title: 'Loss, bits per character', scale: 'value', top: 60, height: 330 },
  { title: 'Norm of the gradient before clipping', scale: 'log', top: 480, height: 160 },
] as const

const { blue, red, green, grey } = colours
const pale = { lineStyle: { color: colours.pale } }
const dots = { showSymbol: true, symbol: 'circle', symbolSize: 6 }

/** A curve with its name at its end. */
function curve(panel: number, name: string, color: string, data: number[][]): LineSeriesOption {
  return {
    ...{ type: 'line', name, data, color, xAxisIndex: panel, yAxisIndex: panel },
    ...{ silent: true, showSymbol: false, sampling: 'lttb', lineStyle: { width: 2 } },
    endLabel: { show: true, formatter: name, color, distance: 10 },
    labelLayout: { moveOverlap: 'shiftY' },
  }
}

/** The values of the single steps, behind their curve. */
function noisy(panel: number, color: string, values: readonly number[]): LineSeriesOption {
  const data = values.map((value, i) => [i + 1, value])
  return {
    ...curve(panel, '', color, data),
    lineStyle: { width: 1, opacity: 0.3 },
    endLabel: { show: false },
  }
}

/** A dashed line from side to side. */
function level(panel: number, name: string, value: number, step: number): LineSeriesOption {
  const ends = [0, step].map((x) => [x, value])
  return { ...curve(panel, name, grey, ends), lineStyle: { width: 1.5, type: 'dashed' } }
}

/** The mean of the steps around each one: of 1 in 50, or of 20 where there are few. */
function smooth(values: readonly number[]): number[][] {
  const reach = Math.max(10, Math.round(values.length / 100))
  const sums = [0]
  for (const value of values) sums.push(sums[sums.length - 1] + value)
  return values.map((_, i) => {
    const start = Math.max(0, i - reach)
    const end = Math.min(values.length, i + reach + 1)
    return [i + 1, (sums[end] - sums[start]) / (end - start)]
  })
}
