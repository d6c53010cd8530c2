import { colours, drawSvg } from '@unroll/example-kit'
import type { FitResult } from '@unroll/rnn'
import type { LineSeriesOption } from 'echarts/charts'

/** A picture of training as SVG: after each epoch the loss, and the share of the dates that are right. */
export function drawCurves({ history }: Pick<FitResult, 'history'>): string {
  const training = (figure: Figure) => history.map((record) => [record.epoch, figure(record)])
  const validation = (figure: Figure) =>
    history.flatMap(({ epoch, validation }) => (validation ? [[epoch, figure(validation)]] : []))
  const curves = (panel: number, figure: Figure) => [
    curve(panel, 'training', colours.blue, training(figure)),
    curve(panel, 'validation', colours.red, validation(figure)),
  ]
  const option = {
    title: ['Loss, nats per character', 'Dates that are right to the last digit'].map((text, i) => ({
      ...{ text, left: lefts[i] - 45, top: 16, textStyle: { fontSize: 15 } },
    })),
    grid: lefts.map((left) => ({ left, width: 300, top: 60, bottom: 50 })),
    xAxis: lefts.map((_, gridIndex) => ({
      ...{ gridIndex, type: 'value', min: 1, max: Math.max(2, history.length), minInterval: 1 },
      ...{ name: 'epoch', nameLocation: 'middle', nameGap: 28, splitLine: { show: false } },
    })),
    yAxis: [
      {
        gridIndex: 0,
        type: 'log',
        axisLabel: { formatter: (value: number) => `${Number(value.toPrecision(1))}` },
        ...grid,
      },
      { gridIndex: 1, type: 'value', min: 0, max: 1, ...grid },
    ],
    series: [...curves(0, ({ loss }) => loss), ...curves(1, ({ metrics }) => Number(metrics.exact))],
  }
  return drawSvg(option, { width: 920, height: 340 })
}

type Figure = (figures: Pick<FitResult['history'][number], 'loss' | 'metrics'>) => number

/** A curve with its name at its end. */
function curve(panel: number, name: string, color: string, data: number[][]): LineSeriesOption {
  return {
    ...{ type: 'line', data, color, xAxisIndex: panel, yAxisIndex: panel, symbol: 'circle', symbolSize: 5 },
    endLabel: { show: true, formatter: name, color, distance: 8 },
    labelLayout: { moveOverlap: 'shiftY' },
  }
}

/** Of the two panels. */
const lefts = [65, 520]
const grid = { splitLine: { lineStyle: { color: colours.pale } } }
