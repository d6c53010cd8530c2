import { concat, flatten, type Tensor } from '@unroll/tensor'

/** As many arrays as a program takes on every GPU. */
const most = 7
/** Beyond it, reading them once more takes longer than to start a program. */
const largest = 2 ** 20

/**
 * The elements of tensors on a device, the small ones joined into vectors: what is worked out of them all takes a few
 * programs then, and not a few for each.
 */
export function joined(tensors: readonly Tensor[]): Tensor[] {
  const groups: Tensor[][] = []
  let size = Number.POSITIVE_INFINITY
  for (const x of tensors) {
    if (x.size === 0) continue
    const group = groups[groups.length - 1]
    size += x.size
    if (size <= largest && group.length < most) group.push(x)
    else {
      groups.push([x])
      size = x.size
    }
  }
  return groups.map((group) => (group.length === 1 ? group[0] : concat(group.map((x) => flatten(x)))))
}
