import { duration, sheet, significant } from '../report.js'
import {
  adapterOf,
  type GpuReport,
  type MeasuredPart,
  measuredParts,
  ratioOf,
  sameLosses,
  secondsOf,
} from './gpu-report.js'
import type { Heat } from './measure-mode.js'
import { type WayName, wayNames } from './way.js'

/** The report as tables for a terminal: a mode's work, what compiling took, and what did not come off. */
export function gpuTables(report: GpuReport): string {
  const measured = measuredParts(report)
  const problems = report.parts.flatMap((part) =>
    'problem' in part ? [`  without ${part.mode}: ${firstLine(part.problem)}`] : problemsOf(part),
  )
  return [...measured.map(partTables), ...problems].join('\n')
}

function partTables(part: MeasuredPart): string {
  const lines = part.heats.map((heat) => [
    heat.title,
    ...wayNames.map((way) => cell(heat, way)),
    saving(heat),
    sameLosses(heat) ? '' : 'OTHER LOSSES',
  ])
  const head = ['', ...wayNames, 'compiled saves', '']
  const compiles = compileLines(part)
  return [
    `${part.mode} (${adapterOf(part)}), in ${part.where}; × what wasm takes there`,
    sheet(head, lines, 1),
    ...(compiles.length > 0
      ? [sheet(['compiling', '', 'traced in', 'first call', 'programs run', 'different'], compiles, 2)]
      : []),
    '',
  ].join('\n')
}

function cell(heat: Heat, way: WayName): string {
  const [seconds, ratio] = [secondsOf(heat, way), ratioOf(heat, way)]
  if (seconds === undefined) return ''
  return way === 'wasm' || ratio === undefined
    ? duration(seconds)
    : `${duration(seconds)} (× ${significant(ratio)})`
}

/** How many times as fast as op by op: in one step a call, and in the most there are. */
function saving(heat: Heat): string {
  const eager = secondsOf(heat, 'eager')
  const compiled = wayNames.filter((way) => way.startsWith('compiled')).map((way) => secondsOf(heat, way))
  if (eager === undefined || compiled.every((seconds) => seconds === undefined)) return ''
  return compiled.map((seconds) => (seconds ? `${(eager / seconds).toFixed(1)} ×` : '–')).join(' / ')
}

function compileLines({ heats }: MeasuredPart): (string | number)[][] {
  return heats.flatMap(({ work, scores }) =>
    scores.flatMap(({ way, first, trace }) =>
      trace ? [[work, way, duration(trace.seconds), duration(first), trace.runs, trace.programs]] : [],
    ),
  )
}

function problemsOf({ mode, heats }: MeasuredPart): string[] {
  return heats.flatMap(({ work, scores }) =>
    scores.flatMap(({ way, problem }) =>
      problem ? [`  without ${mode}, ${work}, ${way}: ${firstLine(problem)}`] : [],
    ),
  )
}

function firstLine(text: string): string {
  return text.split('\n')[0].slice(0, 200)
}
