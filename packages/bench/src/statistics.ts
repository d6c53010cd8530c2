export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

export function spread(values: readonly number[]): Spread {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) }
}

/**
 * How y grows with x: the exponent p of the power law y ≈ c · xᵖ that fits best, which is the slope of the
 * least-squares line through (log x, log y). 1: in proportion; 2: with the square.
 */
export function growthExponent(points: readonly (readonly [x: number, y: number])[]): number {
  const logs = points.map(([x, y]) => [Math.log(x), Math.log(y)])
  const mean = (axis: number) => logs.reduce((total, point) => total + point[axis], 0) / logs.length
  const [mx, my] = [mean(0), mean(1)]
  const covariance = logs.reduce((total, [x, y]) => total + (x - mx) * (y - my), 0)
  const variance = logs.reduce((total, [x]) => total + (x - mx) ** 2, 0)
  return covariance / variance
}
