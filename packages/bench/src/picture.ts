import type { Work } from './benchmark.js'
import { drawBars, type Panel } from './chart.js'
import type { Result } from './report.js'

/** The single kernels and the steps, with each variant. */
export function drawKernels(results: readonly Result[]): string {
  const variants = [...new Set(results.map(({ variant }) => variant))]
  const panels = (Object.keys(quantities) as Work['unit'][]).flatMap((unit): Panel[] => {
    const of = results.filter(({ work }) => work.unit === unit)
    if (of.length === 0) return []
    const categories = [...new Set(of.map(({ name }) => name))]
    const [title, quantity] = quantities[unit]
    const series = variants.map((variant) => ({
      name: variant,
      values: categories.map((name) => {
        const result = of.find((result) => result.name === name && result.variant === variant)
        return result && quantity(result.median / result.work.amount)
      }),
    }))
    return [{ title, categories: categories.map((name) => name.replace(/ \(.*\)$/, '')), series }]
  })
  return drawBars(panels)
}

/** What the seconds of a unit of work are shown as. */
const quantities: Readonly<Record<Work['unit'], readonly [title: string, of: (seconds: number) => number]>> =
  {
    FLOP: ['GFLOP/s', (seconds) => 1e-9 / seconds],
    element: ['ns an element', (seconds) => 1e9 * seconds],
    op: ['µs an operation', (seconds) => 1e6 * seconds],
    step: ['ms a step', (seconds) => 1e3 * seconds],
    symbol: ['symbols a second', (seconds) => 1 / seconds],
  }
