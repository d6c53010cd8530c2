/** A point of a curve: a step, and a loss. */
export type Point = [step: number, loss: number]

/** The losses of all steps by so many points at most, each the mean of as many steps as there are for it. */
export function curveOf(losses: readonly number[], most: number): Point[] {
  const count = Math.min(losses.length, most)
  return Array.from({ length: count }, (_, i): Point => {
    const start = Math.floor((i * losses.length) / count)
    const end = Math.floor(((i + 1) * losses.length) / count)
    return [end, mean(losses.slice(start, end))]
  })
}

/** The mean of the last losses; undefined when there are none. */
export function recentLoss(losses: readonly number[], count = 20): number | undefined {
  return losses.length === 0 ? undefined : mean(losses.slice(-count))
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
