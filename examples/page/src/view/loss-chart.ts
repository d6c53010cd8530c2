import { LineChart } from 'echarts/charts'
import { GridComponent } from 'echarts/components'
import * as echarts from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { curveOf, recentLoss } from './curve.js'

echarts.use([LineChart, GridComponent, SVGRenderer])

/** The loss of every step, as a curve in the page's colours. */
export class LossChart {
  readonly #place: HTMLElement
  readonly #chart: echarts.ECharts

  constructor(place: HTMLElement) {
    this.#place = place
    this.#chart = echarts.init(place, null, { renderer: 'svg' })
    this.#paint()
    new ResizeObserver(() => this.#chart.resize()).observe(place)
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#paint())
  }

  show(losses: readonly number[]): void {
    this.#chart.setOption({ series: [{ data: curveOf(losses, 400) }] })
    const [first, last] = [losses[0], recentLoss(losses)]
    this.#place.ariaLabel =
      last === undefined
        ? 'No steps yet'
        : `In ${losses.length} steps, the loss went from ${first.toFixed(2)} to ${last.toFixed(2)} bits per character`
  }

  #paint(): void {
    const { ink, line, accent } = coloursOf(this.#place)
    const axis = {
      type: 'value',
      axisLabel: { color: ink },
      nameTextStyle: { color: ink },
      splitLine: { lineStyle: { color: line } },
      axisLine: { lineStyle: { color: line } },
    }
    this.#chart.setOption({
      animation: false,
      grid: { left: 44, right: 16, top: 12, bottom: 44 },
      xAxis: { ...axis, name: 'step', nameLocation: 'middle', nameGap: 26, splitLine: { show: false } },
      yAxis: { ...axis, min: 0 },
      series: [{ type: 'line', color: accent, showSymbol: false, silent: true, lineStyle: { width: 2 } }],
    })
  }
}

/** The colours of the style sheet, as they are in the scheme of the moment. */
function coloursOf(place: HTMLElement): Record<'ink' | 'line' | 'accent', string> {
  const probe = place.appendChild(document.createElement('span'))
  const colourOf = (name: string) => {
    probe.style.color = `var(--${name})`
    return getComputedStyle(probe).color
  }
  const colours = { ink: colourOf('quiet'), line: colourOf('line'), accent: colourOf('accent') }
  probe.remove()
  return colours
}
