import { drawBars, type Panel } from '../chart.js'
import { type GpuReport, type MeasuredPart, measuredParts, secondsOf, worksIn } from './gpu-report.js'
import { wayNames } from './way.js'

/** A panel for the ops, with a bar for each mode, and one for each training, with a bar for each way. */
export function drawGpu(report: GpuReport): string {
  const parts = measuredParts(report)
  const works = worksIn(parts)
  const trainings = [...works].filter(([work]) => work.startsWith('lstm'))
  const ops = [...works.keys()].filter((work) => !work.startsWith('lstm'))
  return drawBars([
    ...(ops.length > 0 ? [opsPanel(parts, ops)] : []),
    ...trainings.map(([work, title]) => trainingPanel(parts, work, title)),
  ])
}

function opsPanel(parts: readonly MeasuredPart[], ops: readonly string[]): Panel {
  const timesOf = (part: MeasuredPart, way: 'wasm' | 'eager') =>
    ops.map((work) => milliseconds(part, work, way))
  const places = [...new Map(parts.map((part) => [part.where, part])).values()]
  return {
    title: 'ms an op',
    categories: ops,
    series: [
      ...places.map((part) => ({ name: `wasm, ${part.where}`, values: timesOf(part, 'wasm') })),
      ...parts.map((part) => ({ name: part.mode, values: timesOf(part, 'eager') })),
    ],
  }
}

function trainingPanel(parts: readonly MeasuredPart[], work: string, title: string): Panel {
  return {
    title: `${title}, ms`,
    categories: parts.map(({ mode }) => mode),
    series: wayNames.map((way) => ({
      name: way,
      values: parts.map((part) => milliseconds(part, work, way)),
    })),
  }
}

function milliseconds(
  { heats }: MeasuredPart,
  work: string,
  way: (typeof wayNames)[number],
): number | undefined {
  const heat = heats.find((heat) => heat.work === work)
  const seconds = heat && secondsOf(heat, way)
  return seconds && 1000 * seconds
}
