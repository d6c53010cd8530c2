import type { Machine } from '../machine.js'
import { median } from '../statistics.js'
import type { Heat, ModeReport } from './measure-mode.js'
import type { Score } from './turns.js'
import type { WayName } from './way.js'

/** What `bench:gpu` writes as JSON, and the tables are made from. */
export interface GpuReport {
  readonly machine: Machine
  readonly rounds: number
  readonly parts: readonly Part[]
}

/** A mode, and where it was measured ("Node v20.20.2"); or why it was not. */
export type Part = { readonly where: string } & (
  | ModeReport
  | { readonly mode: string; readonly problem: string }
)

export type MeasuredPart = { readonly where: string } & ModeReport

export function measuredParts({ parts }: GpuReport): MeasuredPart[] {
  return parts.filter((part): part is MeasuredPart => !('problem' in part))
}

/** All work that was done anywhere, with its titles: in the order of the part that did most of it. */
export function worksIn(parts: readonly MeasuredPart[]): Map<string, string> {
  const most = [...parts].sort((a, b) => b.heats.length - a.heats.length)
  return new Map(most.flatMap(({ heats }) => heats.map(({ work, title }) => [work, title])))
}

/** What computes in a part: "google swiftshader, software". */
export function adapterOf({ adapter, isSoftware }: MeasuredPart): string {
  return isSoftware ? `${adapter}, software` : adapter
}

/** The median of the seconds that a way took; undefined where it did not come off, or there is no such way. */
export function secondsOf({ scores }: Heat, way: WayName): number | undefined {
  const samples = scores.find((score) => score.way === way)?.samples ?? []
  return samples.length > 0 ? median(samples) : undefined
}

/** How many times as long as the host's kernels a way took, in the same heat. */
export function ratioOf(heat: Heat, way: WayName): number | undefined {
  const [seconds, host] = [secondsOf(heat, way), secondsOf(heat, 'wasm')]
  return seconds === undefined || host === undefined ? undefined : seconds / host
}

/** Whether the ways of a training had the same losses, to one part in a thousand. */
export function sameLosses({ scores }: Heat): boolean {
  const curves = scores.map(({ losses }: Score) => losses ?? []).filter((losses) => losses.length > 0)
  const count = Math.min(...curves.map(({ length }) => length))
  return curves.every((losses) =>
    losses.slice(0, count).every((loss, i) => Math.abs(loss - curves[0][i]) <= 1e-3 * Math.abs(curves[0][i])),
  )
}
