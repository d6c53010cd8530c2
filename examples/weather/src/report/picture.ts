import { colours, drawSvg } from '@unroll/example-kit'
import type { LineSeriesOption } from 'echarts/charts'
import type { Config } from '../config.js'
import { dateOf } from '../data/weather.js'
import type { Forecasts } from '../forecast.js'
import type { Outcome } from './outcome.js'
import { networkName } from './table.js'

/**
 * A picture of an outcome as SVG: above, some months of the test part as they were and as they were told; below, the
 * mean error by the days ahead.
 */
export function drawOutcome(config: Config, outcome: Outcome): string {
  const { days, baselines, mean, together } = outcome
  const [first, last] = middle(outcome)
  const above = curvesOver(outcome, first, last)
  const climatology = baselines.find(({ name }) => name === 'climatology')
  const { horizon } = config
  const cell = config.cell.toUpperCase()
  const option = {
    useUTC: true,
    title: [
      { text: `Highest temperature, °C, ${dateOf(days[first])} to ${dateOf(days[last - 1])}`, top: 20 },
      { text: 'Mean error by days ahead, °C', top: 440 },
    ].map((title) => ({ ...title, left: 20, textStyle: { fontSize: 16 } })),
    grid: [
      { left: 60, right: 170, top: 60, height: 320 },
      { left: 60, right: 170, top: 480, height: 200 },
    ],
    xAxis: [
      { gridIndex: 0, type: 'time', splitLine: { show: false }, axisLabel: { hideOverlap: true } },
      {
        ...{ gridIndex: 1, type: 'value', min: 1, max: Math.max(2, horizon), interval: 1 },
        ...{ name: 'days ahead', nameLocation: 'middle', nameGap: 28, splitLine: { show: false } },
      },
    ],
    yAxis: [0, 1].map((gridIndex) => ({ gridIndex, type: 'value', scale: true, splitLine: pale })),
    series: [
      ...(climatology ? [dashed(above('climatology', colours.grey, climatology.forecasts, 0))] : []),
      { ...above('as it was', black, outcome.truth, 0), ...dots, lineStyle: { width: 1, opacity: 0.4 } },
      ...(horizon > 1
        ? [above(`${cell}, ${horizon} days before`, colours.red, together.forecasts, horizon - 1)]
        : []),
      above(`${cell}, the day before`, colours.blue, together.forecasts, 0),
      ...baselines.map(({ name, score }, i) => {
        const color =
          name === 'climatology' ? colours.grey : [colours.orange, colours.green, '', colours.purple][i]
        return {
          ...curve(
            1,
            name,
            color,
            score.mae.ahead.map((error, i) => [i + 1, error]),
          ),
          ...dots,
        }
      }),
      {
        ...curve(
          1,
          networkName(config),
          colours.blue,
          mean.mae.ahead.map((error, i) => [i + 1, error]),
        ),
        ...dots,
      },
    ],
  }
  return drawSvg(option, { width: 960, height: 740 })
}

const black = '#222222'
const pale = { lineStyle: { color: colours.pale } }
const dots = { showSymbol: true, symbol: 'circle', symbolSize: 5 }

/** Of the days told, about four months in the middle. */
function middle({ days }: Outcome): [first: number, last: number] {
  const count = Math.min(120, days.length)
  const first = Math.floor((days.length - count) / 2)
  return [first, first + count]
}

/** Draws what was said of each of these days so many days before. */
function curvesOver({ days }: Outcome, first: number, last: number) {
  return (name: string, color: string, forecasts: Forecasts, ahead: number): LineSeriesOption => {
    const told = forecasts.map((row, w) => [w + ahead, row[ahead]])
    const shown = told.filter(([i]) => i >= first && i < last)
    return curve(
      0,
      name,
      color,
      shown.map(([i, value]) => [days[i] * 86_400_000, value]),
    )
  }
}

/** A curve with its name at its end. */
function curve(panel: number, name: string, color: string, data: number[][]): LineSeriesOption {
  return {
    ...{ type: 'line', name, data, color, xAxisIndex: panel, yAxisIndex: panel },
    ...{ silent: true, showSymbol: false, lineStyle: { width: 2 } },
    endLabel: { show: true, formatter: name, color, distance: 10 },
    labelLayout: { moveOverlap: 'shiftY' },
  }
}

function dashed(series: LineSeriesOption): LineSeriesOption {
  return { ...series, lineStyle: { width: 1.5, type: 'dashed' } }
}
