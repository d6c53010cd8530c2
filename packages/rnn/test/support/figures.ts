import { readFileSync } from 'node:fs'
import { expect } from 'vitest'

/** The cases of one kind in a file of figures, one a line, that PyTorch gave (see the program beside it). */
export function figures<Case>(file: string, kind: string): Case[] {
  const lines = readFileSync(new URL(`../figures/${file}`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
  const cases = lines.map((line) => JSON.parse(line)).filter((figure) => figure.kind === kind)
  expect(cases.length, `cases of ${kind} in ${file}`).toBeGreaterThan(0)
  return cases
}

/** Asserts that two lists of numbers are the same, to eleven digits or so. */
export function expectNear(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length)
  for (const [i, value] of expected.entries())
    expect(Math.abs(actual[i] - value), `${i}: ${actual[i]}, not ${value}`).toBeLessThanOrEqual(
      1e-14 + 1e-10 * Math.abs(value),
    )
}
