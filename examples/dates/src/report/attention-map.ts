import { colours, drawSvg } from '@unroll/example-kit'
import type { Decoded } from '@unroll/rnn'
import { isoFrom } from '../readers/network.js'

/** What was read, and what the network looked at as it wrote what it did. */
export interface Look {
  text: string
  decoded: Decoded
}

/** A picture of attention as SVG: for each date what was read from left to right, what was written from top to bottom. */
export function drawAttention(looks: readonly Look[]): string {
  const places = looks.map((_, i) => ({
    left: margin.left + (i % columns) * (panel.width + margin.left),
    top: margin.top + Math.floor(i / columns) * (panel.height + margin.top),
  }))
  const option = {
    title: looks.map(({ text, decoded }, i) => ({
      text: `${text}  →  ${isoFrom(decoded)}`,
      ...{ left: places[i].left - 4, top: places[i].top - 54, textStyle: { fontSize: 15 } },
    })),
    grid: looks.map(({ text }, i) => ({
      ...places[i],
      width: Math.min(panel.width, [...text].length * 18),
      height: panel.height,
    })),
    xAxis: looks.map(({ text }, gridIndex) => ({ ...axis([...text]), gridIndex, position: 'top' })),
    yAxis: looks.map(({ decoded }, gridIndex) => ({
      ...axis([...isoFrom(decoded)]),
      gridIndex,
      inverse: true,
    })),
    visualMap: { show: false, min: 0, max: 1, inRange: { color: ['#f4f7fa', '#8fc3e3', colours.blue] } },
    series: looks.map(({ text, decoded }, i) => ({
      ...{ type: 'heatmap', xAxisIndex: i, yAxisIndex: i, silent: true },
      itemStyle: { borderColor: '#fff', borderWidth: 1 },
      data: cells([...text].length, decoded),
    })),
  }
  const rows = Math.ceil(looks.length / columns)
  return drawSvg(option, {
    width: columns * (panel.width + margin.left) + 20,
    height: rows * (panel.height + margin.top) + 20,
  })
}

const columns = 2
const panel = { width: 470, height: 180 }
const margin = { left: 40, top: 76 }

/** An axis of characters; each is a category of its own, though several may look the same. */
function axis(characters: readonly string[]) {
  return {
    type: 'category',
    data: characters.map((_, i) => `${i}`),
    axisLabel: {
      formatter: (_: string, i: number) => visible(characters[i]),
      interval: 0,
      fontSize: 12,
      margin: 6,
    },
    ...{ axisLine: { show: false }, axisTick: { show: false } },
  }
}

const visible = (character: string) => (character === ' ' ? '·' : character)

/** [column, row, weight], without the padding. */
function cells(length: number, { weights }: Decoded): number[][] {
  const rows = (weights?.toArray() ?? []) as number[][]
  return rows.flatMap((row, y) => row.slice(0, length).map((weight, x) => [x, y, Number(weight.toFixed(3))]))
}

/** The same for a terminal: a line for each character that was written. */
export function attentionText({ text, decoded }: Look): string {
  const characters = [...text].map(visible)
  const rows = (decoded.weights?.toArray() ?? []) as number[][]
  const shade = (weight: number) => shades[Math.min(shades.length - 1, Math.floor(weight * shades.length))]
  return [
    `   ${characters.join('')}`,
    ...rows.map((row, y) => ` ${isoFrom(decoded)[y]} ${characters.map((_, x) => shade(row[x])).join('')}`),
  ].join('\n')
}

/** Of equal parts of what a weight may be, 0 to 1. */
const shades = [' ', '░', '▒', '▓', '█']
