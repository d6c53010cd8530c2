/** The name that was probably meant: the same but for its writing, or almost; undefined when there is none like it. */
export function nearest(name: string, names: readonly string[]): string | undefined {
  const plain = plainly(name)
  const [first] = names
    .map((candidate) => ({ candidate, distance: editDistance(plain, plainly(candidate)) }))
    .filter(({ candidate, distance }) => distance <= Math.min(candidate.length, plain.length) / 3)
    .sort((a, b) => a.distance - b.distance)
  return first?.candidate
}

/** batch_first, batch-first and BatchFirst are all batchfirst. */
function plainly(name: string): string {
  return name.replace(/[_\-\s]/g, '').toLowerCase()
}

/** How many letters must be put in, taken out, changed, or changed round with the next, to make one word the other (Damerau 1964). */
function editDistance(a: string, b: string): number {
  const d = Array.from({ length: a.length + 1 }, (_, i) =>
    Array.from({ length: b.length + 1 }, (_, j) => i + j),
  )
  for (let i = 1; i <= a.length; i++)
    for (let j = 1; j <= b.length; j++) {
      const differ = a[i - 1] === b[j - 1] ? 0 : 1
      d[i][j] = Math.min(d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + differ)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1)
    }
  return d[a.length][b.length]
}
