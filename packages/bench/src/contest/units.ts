import { significant } from '../report.js'
import type { Workload } from '../workloads/workload.js'

/** What a workload's time is told in. */
export function unitOf({ kind }: Workload): string {
  if (kind === 'generate') return 'symbols/s'
  return kind === 'matmul' ? 'GFLOP/s' : 'ms'
}

/** The seconds of a step, in the workload's unit. */
export function speedOf(workload: Workload, seconds: number): number {
  if (workload.kind === 'generate') return workload.length / seconds
  if (workload.kind !== 'matmul') return 1000 * seconds
  const { m, k, n, repeats } = workload
  return (2 * m * k * n * repeats) / seconds / 1e9
}

export function formatSpeed(workload: Workload, seconds: number): string {
  return thousands(speedOf(workload, seconds))
}

export function megabytes(bytes: number): string {
  return thousands(bytes / 1e6)
}

/** Three digits, or whole with commas. */
export function thousands(value: number): string {
  return value >= 1000 ? Math.round(value).toLocaleString('en') : significant(value)
}
