import { BarChart } from 'echarts/charts'
import { GridComponent, LegendComponent, TitleComponent } from 'echarts/components'
import * as echarts from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'

echarts.use([BarChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer])

/** Bars side by side: one group of them for each category, one bar in it for each series. */
export interface Panel {
  readonly title: string
  readonly categories: readonly string[]
  readonly series: readonly {
    readonly name: string
    /** One for each category; undefined where there is none. */
    readonly values: readonly (number | undefined)[]
  }[]
}

/** Panels one below the other, as SVG. Scales are logarithmic: equal lengths are equal ratios. */
export function drawBars(panels: readonly Panel[]): string {
  const names = [...new Set(panels.flatMap(({ series }) => series.map(({ name }) => name)))]
  const heights = panels.map(({ categories, series }) => 30 + categories.length * (14 * series.length + 16))
  const tops = heights.map((_, i) => 90 + heights.slice(0, i).reduce((total, h) => total + h + 80, 0))
  const height = tops[tops.length - 1] + heights[heights.length - 1] + 40
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: 960, height })
  chart.setOption({
    animation: false,
    backgroundColor: '#fff',
    color: colours,
    textStyle: { fontFamily: 'Helvetica, Arial, DejaVu Sans, sans-serif' },
    legend: { data: names, top: 10 },
    title: panels.map(({ title }, i) => ({
      text: title,
      left: 20,
      top: tops[i] - 35,
      textStyle: { fontSize: 15 },
    })),
    grid: panels.map((_, i) => ({ left: 210, right: 70, top: tops[i], height: heights[i] })),
    xAxis: panels.map((panel, gridIndex) => ({
      ...{ min: powerBelow(panel), startValue: powerBelow(panel) }, // or bars would begin at 1
      ...{ gridIndex, type: 'log', splitLine: { lineStyle: { color: '#eeeeee' } } },
      axisLabel: { fontSize: 10 },
    })),
    yAxis: panels.map(({ categories }, gridIndex) => ({
      ...{ gridIndex, type: 'category', inverse: true, data: categories },
      axisTick: { show: false },
    })),
    series: panels.flatMap(({ series }, i) =>
      series.map(({ name, values }) => ({
        ...{ type: 'bar', name, xAxisIndex: i, yAxisIndex: i, silent: true },
        itemStyle: { color: colours[names.indexOf(name) % colours.length] },
        data: values.map((value) => value ?? '-'),
        label: { show: true, position: 'right', fontSize: 9, formatter: labelOf },
      })),
    ),
  })
  const svg = chart.renderToSVGString()
  chart.dispose()
  return svg
}

// Colours that the colour-blind tell apart (Okabe & Ito 2008); the second thread's are paler.
const colours = [
  ...['#0072b2', '#56b4e9', '#d55e00', '#f0a470', '#009e73', '#7fceb9', '#cc79a7', '#e6bcd3'],
  ...['#e69f00', '#777777', '#000000'],
]

/** The power of ten below all values. */
function powerBelow({ series }: Panel): number {
  const values = series.flatMap(({ values }) => values.filter((value) => value !== undefined))
  return 10 ** Math.floor(Math.log10(Math.min(...values) * 0.999))
}

function labelOf({ value }: { value: unknown }): string {
  return typeof value === 'number' ? value.toLocaleString('en', { maximumSignificantDigits: 3 }) : ''
}
