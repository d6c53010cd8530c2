import { fail, kindOf, Random } from '@unroll/tensor'
import type { Module } from '../modules/module.js'
import { namedFields } from '../modules/named-fields.js'

/** The random generators in the fields of a model, such as those of dropout, and the others named; each once. */
export function generatorsOf(model: Module, others: Random | readonly Random[] = []): Random[] {
  const named = Array.isArray(others) ? others : [others]
  const stranger = named.find((rng) => !(rng instanceof Random))
  if (stranger !== undefined) fail('fit', `wants rng as a Random or a list of them, got ${kindOf(stranger)}`)
  const own = [...model.modules()].flatMap((module) => namedFields(module, isRandom).map(([, rng]) => rng))
  return [...new Set([...own, ...named])]
}

/** The random generators in the fields of data, such as the one that shuffles them. */
export function generatorsIn(data: unknown): Random[] {
  return typeof data === 'object' && data !== null ? Object.values(data).filter(isRandom) : []
}

/** Where each generator stands. */
export type Draws = readonly (readonly number[])[]

export function drawsOf(generators: readonly Random[]): Draws {
  return generators.map(({ state }) => [...state])
}

export function setDraws(generators: readonly Random[], draws: Draws): void {
  generators.forEach((rng, i) => {
    rng.state = draws[i]
  })
}

function isRandom(value: unknown): value is Random {
  return value instanceof Random
}
