import { fail, kindOf, Random } from '@unroll/tensor'

/** Checks the generator that a shuffle is drawn from, where there is to be one. */
export function checkShuffle(op: string, shuffle: Random | undefined): Random | undefined {
  if (shuffle !== undefined && !(shuffle instanceof Random))
    fail(op, `shuffle is the generator to draw the order from, new Random(seed); got ${kindOf(shuffle)}`)
  return shuffle
}

/** Checks the shares that items are split by. */
export function checkShares(op: string, shares: readonly number[]): readonly number[] {
  if (!Array.isArray(shares) || shares.length < 2)
    fail(op, `wants the shares of two parts or more, such as [0.8, 0.2], got ${JSON.stringify(shares)}`)
  const total = shares.reduce((sum, share) => sum + share, 0)
  if (!shares.every((share) => share > 0) || !(Math.abs(total - 1) < 1e-9))
    fail(op, `wants shares above 0 that add up to 1, got [${shares.join(', ')}]`)
  return shares
}

/** @throws UnrollError when a part has no items. */
export function checkFilled(op: string, parts: readonly Int32Array[], size: number): void {
  const empty = parts.findIndex((items) => items.length === 0)
  if (empty >= 0) fail(op, `${size} items are too few: part ${empty + 1} of ${parts.length} would be empty`)
}
