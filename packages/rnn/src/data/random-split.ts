import { checkFilled, checkShares } from './checks.js'
import { deal, drawOrder, type ShuffleOptions } from './strata.js'
import { countOf, type Divisible, type Part, part } from './subset.js'

/**
 * Items split at random into parts of these shares, each in the order that its items had.
 *
 *     const [training, heldOut] = randomSplit({ x, y }, [0.8, 0.2], { rng, stratify: y })
 *
 * Not for series, nor for windows over one: the held-out part would lie between what is trained on. See `splitInTime`.
 * @throws UnrollError when the shares do not add up to 1, a part would be empty, or labels are missing.
 */
export function randomSplit<D extends Divisible>(
  data: D,
  shares: readonly number[],
  options: ShuffleOptions,
): Part<D>[] {
  const size = countOf('randomSplit', data)
  const order = drawOrder('randomSplit', size, options)
  const parts = deal(order, checkShares('randomSplit', shares).length, dealer(shares))
  checkFilled('randomSplit', parts, size)
  return parts.map((items) => part(data, items) as Part<D>)
}

/**
 * Deals one item after the other: of the parts that are behind their share, to the one that has to have its next item the
 * soonest. So no part is ever off its share by an item (Tijdeman 1980, The chairman assignment problem), nor is any run of
 * items, a class for one, shared out badly, however small it is; rounding class by class would leave parts without.
 */
function dealer(shares: readonly number[]): () => number {
  const least = 1 / (2 * shares.length - 2)
  const behind = shares.map(() => 0)
  return () => {
    let next = -1
    let soonest = Infinity
    shares.forEach((share, part) => {
      behind[part] += share
      const time = (1 - least - behind[part]) / share
      if (behind[part] < least - 1e-9 || time >= soonest) return
      next = part
      soonest = time
    })
    behind[next]--
    return next
  }
}
