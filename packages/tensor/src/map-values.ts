/** A table with other values under the same names. */
export function mapValues<Name extends string, V, W>(
  table: Record<Name, V>,
  f: (value: V, name: Name) => W,
): Record<Name, W> {
  const entries = Object.entries(table) as [Name, V][]
  return Object.fromEntries(entries.map(([name, value]) => [name, f(value, name)])) as Record<Name, W>
}
