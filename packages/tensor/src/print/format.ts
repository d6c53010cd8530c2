import type { Tensor } from '../tensor.js'
import { elementFormat, formatScalar } from './elements.js'

const lineWidth = 75
/** Tensors of more elements than this are shown by their edges only. */
const threshold = 1000
/** How many indices are shown at each end of a summarised axis. */
const edge = 3
/** What stands for the indices that are left out. */
const gap = '...'

/** The values, nested as the axes are: all of them, or the edges with gaps between. */
type Shown = number | typeof gap | Shown[]

/**
 * The values of a tensor, written as NumPy's `print` writes them (its defaults, since NumPy 2.3):
 * elements aligned in columns, floats with the fewest digits that identify them and at most 8 behind
 * the point, more than 1000 elements by their edges. Of values on a device, where they are.
 */
export function format(x: Tensor): string {
  if (x.device) return `[on ${x.device.name}]`
  if (x.rank === 0) return formatScalar(x.item(), x.dtype)
  if (x.size === 0) return '[]'
  const shown = choose(x, [])
  const element = elementFormat(leaves(shown), x.dtype)
  return render(shown, x.rank, 1, (value) => (value === gap ? gap : element(value)))
}

function choose(x: Tensor, index: readonly number[]): Shown {
  if (index.length === x.rank) return x.get(...index)
  const length = x.shape[index.length]
  const range = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => choose(x, [...index, from + i]))
  return x.size > threshold && length > 2 * edge
    ? [...range(0, edge), gap, ...range(length - edge, length)]
    : range(0, length)
}

function leaves(shown: Shown): number[] {
  if (typeof shown === 'number') return [shown]
  return shown === gap ? [] : shown.flatMap(leaves)
}

/** `depth` brackets are open; what continues on a further line is indented by as many spaces. */
function render(
  shown: Shown,
  rank: number,
  depth: number,
  element: (value: number | typeof gap) => string,
): string {
  if (!Array.isArray(shown)) return element(shown)
  const parts = shown.map((part) => render(part, rank, depth + 1, element))
  const indent = ' '.repeat(depth)
  // The further out the axis, the more blank lines between its parts.
  const body = depth === rank ? wrap(parts, indent) : parts.join('\n'.repeat(rank - depth) + indent)
  return `[${body}]`
}

/** Words on lines that leave room for the indent of the first one and for the brackets that close. */
function wrap(words: readonly string[], indent: string): string {
  const lines = ['']
  for (const word of words) {
    const line = lines[lines.length - 1]
    const length = indent.length + line.length + 1 + word.length
    if (line === '') lines[lines.length - 1] = word
    else if (length > lineWidth - indent.length) lines.push(word)
    else lines[lines.length - 1] += ` ${word}`
  }
  return lines.map((line, i) => (i < lines.length - 1 ? line.trimEnd() : line)).join(`\n${indent}`)
}
