import { BarChart, HeatmapChart, LineChart, ScatterChart } from 'echarts/charts'
import {
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TitleComponent,
  VisualMapComponent,
} from 'echarts/components'
import * as echarts from 'echarts/core'
import { LabelLayout } from 'echarts/features'
import { SVGRenderer } from 'echarts/renderers'

echarts.use([
  ...[BarChart, HeatmapChart, LineChart, ScatterChart],
  ...[GridComponent, LegendComponent, MarkLineComponent, TitleComponent, VisualMapComponent],
  ...[LabelLayout, SVGRenderer],
])

/** A picture as SVG, from what ECharts is to draw (https://echarts.apache.org/en/option.html). */
export function drawSvg(option: echarts.EChartsCoreOption, size: { width: number; height: number }): string {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, ...size })
  chart.setOption({
    animation: false,
    backgroundColor: '#fff',
    textStyle: { fontFamily: 'Helvetica, Arial, DejaVu Sans, sans-serif' },
    ...option,
  })
  const svg = chart.renderToSVGString()
  chart.dispose()
  return svg
}

/** Colours that the colour-blind tell apart (Okabe & Ito 2008), and grey for what is not learnt. */
export const colours = {
  blue: '#0072b2',
  red: '#d55e00',
  green: '#009e73',
  orange: '#e69f00',
  purple: '#cc79a7',
  grey: '#777777',
  pale: '#eeeeee',
} as const
