/** A place in a flat array that moves on with each term of a sum. */
export interface Walk {
  /** Where it begins: an expression. */
  readonly start: string
  /** By how much it moves. */
  readonly step: number
}

/** Elements of a flat array, one after another: array[start], array[start + step], … */
export interface Line extends Walk {
  readonly array: string
}

/** Lines that declare `name` = Σ_k a_k · b_k, of `length` terms. */
export function dotText(name: string, length: number, a: Line, b: Line): string {
  return sumText(name, length, [a, b], ([i, j]) => `${a.array}[${i}] * ${b.array}[${j}]`)
}

/** Lines that declare `name` = Σ_k term(k), of `length` terms; `term` is handed the places of the walks at k. */
export function sumText(
  name: string,
  length: number,
  walks: readonly Walk[],
  term: (places: readonly string[]) => string,
): string {
  return sumByText(name, length, walks, (sum, places) => `${sum} = ${sum} + ${term(places)};`)
}

/**
 * As `sumText`, of terms that are not an expression: `add` gives statements that add one to the variable it is told.
 *
 * Device sums are float32, each addition of which loses up to half a unit in the last place of the total. So what is
 * added up are sums of blocks of about √length terms, each made of four: the most that can be lost grows with √length,
 * not with the length (Higham 1993, on sums in blocks). The four sums of a block also do not wait for each other.
 */
export function sumByText(
  name: string,
  length: number,
  walks: readonly Walk[],
  add: (sum: string, places: readonly string[]) => string,
): string {
  const quads = Math.max(16, Math.round(Math.sqrt(length) / 4))
  const blocks = Math.floor(length / (4 * quads))
  const rest = length - blocks * 4 * quads
  const places = walks.map((_, w) => `${name}At${w}`)
  const ahead = (terms: number) => walks.map(({ step }, w) => plus(places[w], terms * step))
  const move = (terms: number) =>
    walks
      .map(({ step }, w) => (step === 0 ? '' : `${places[w]} = ${plus(places[w], terms * step)};`))
      .join(' ')

  const block = (count: number) => `
    let ${name}0 = 0;
    let ${name}1 = 0;
    let ${name}2 = 0;
    let ${name}3 = 0;
    for (let ${name}K = 0; ${name}K < ${count}; ${name}K++) {
      ${[0, 1, 2, 3].map((lane) => add(`${name}${lane}`, ahead(lane))).join('\n')}
      ${move(4)}
    }
    ${name} = ${name} + ((${name}0 + ${name}1) + (${name}2 + ${name}3));`

  const lines = [`let ${name} = 0;`]
  lines.push(...walks.map(({ start }, w) => `let ${places[w]} = ${start};`))
  if (blocks > 0) lines.push(`for (let ${name}B = 0; ${name}B < ${blocks}; ${name}B++) {${block(quads)}}`)
  if (rest >= 4) lines.push(block(Math.floor(rest / 4)))
  for (let k = 0; k < rest % 4; k++) lines.push(add(name, ahead(k)))
  return lines.join('\n')
}

function plus(place: string, distance: number): string {
  if (distance === 0) return place
  return distance < 0 ? `${place} - ${-distance}` : `${place} + ${distance}`
}
