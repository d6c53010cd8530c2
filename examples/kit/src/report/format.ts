/** 75.4 → '1 min 15 s' */
export function formatDuration(seconds: number): string {
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`
}

/** 75.4 → '1:15', 3675 → '1:01:15' */
export function formatClock(seconds: number): string {
  const whole = Math.round(seconds)
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  const shown = parts[0] > 0 ? parts : parts.slice(1)
  return shown.map((part, i) => String(part).padStart(i > 0 ? 2 : 1, '0')).join(':')
}

/** 12345.6 → '12,346' */
export function formatCount(count: number): string {
  return Math.round(count).toLocaleString('en-US')
}

/** 0.1234 → '12.3 %' */
export function formatShare(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}

/** The mean of the last values: single steps are noisy. NaN where there are none. */
export function recentMean(values: readonly number[], count: number): number {
  const recent = values.slice(-count)
  return recent.reduce((sum, value) => sum + value, 0) / recent.length
}
