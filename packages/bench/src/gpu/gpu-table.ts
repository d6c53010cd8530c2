import { describeMachine } from '../machine.js'
import { duration, significant } from '../report.js'
import { median } from '../statistics.js'
import {
  adapterOf,
  type GpuReport,
  type MeasuredPart,
  measuredParts,
  ratioOf,
  secondsOf,
  worksIn,
} from './gpu-report.js'
import { type WayName, wayNames } from './way.js'

/** The README's table, in Markdown: a line for each way of doing each work, a column for each mode. */
export function gpuTable(report: GpuReport): string {
  const parts = measuredParts(report)
  const places = [...new Set(parts.map(({ where }) => where))]
  const lines = [...worksIn(parts)].flatMap(([work, title]) =>
    wayNames
      .filter((way) => way !== 'wasm' && parts.some((part) => cell(part, work, way) !== '–'))
      .map((way) => [
        `${title}${way === 'eager' ? '' : `, ${way}`}`,
        ...places.map((place) => hostCell(parts, place, work)),
        ...parts.map((part) => cell(part, work, way)),
      ]),
  )
  const head = ['', ...places.map((place) => `wasm, in ${place}`), ...parts.map(({ mode }) => mode)]
  const legend = [
    `${report.machine.date.slice(0, 10)}, ${describeMachine(report.machine)}: medians of ${report.rounds} rounds, taken in turns.`,
    '×: how many times as long as wasm in the same place.',
    `${parts.map((part) => `${part.mode}: ${adapterOf(part)}, in ${part.where}`).join('; ')}.`,
  ]
  return [
    ...[head, ['---', ...head.slice(1).map(() => '--:')], ...lines].map(
      (cells) => `| ${cells.join(' | ')} |`,
    ),
    '',
    legend.join(' '),
  ].join('\n')
}

function cell({ heats }: MeasuredPart, work: string, way: WayName): string {
  const heat = heats.find((heat) => heat.work === work)
  if (!heat) return '–'
  const seconds = secondsOf(heat, way)
  if (seconds === undefined) return '–'
  const ratio = ratioOf(heat, way)
  return ratio === undefined ? duration(seconds) : `${duration(seconds)}, × ${significant(ratio)}`
}

/** What the host's kernels took in a place, of all the heats there. */
function hostCell(parts: readonly MeasuredPart[], place: string, work: string): string {
  const samples = parts
    .filter(({ where }) => where === place)
    .flatMap(({ heats }) => heats.filter((heat) => heat.work === work))
    .flatMap(({ scores }) => scores.filter(({ way }) => way === 'wasm').flatMap((score) => score.samples))
  return samples.length > 0 ? duration(median(samples)) : '–'
}
