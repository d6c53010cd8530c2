import type { Module } from '@unroll/rnn'
import { fetchState } from '@unroll/rnn'
import { Tensor } from '@unroll/tensor'
import { expect } from 'vitest'

/** A tensor of the host's own, which goes with no device as what follows from a rule would. */
export function own(x: Tensor): Tensor {
  return Tensor.from(x.data.slice(), x.shape)
}

/** All parameters, one after another, wherever they are. */
export async function valuesOf(model: Module): Promise<number[]> {
  const state = await fetchState(model.stateDict())
  return Object.values(state).flatMap(({ data }) => [...data])
}

export function expectClose(got: ArrayLike<number>, wanted: ArrayLike<number>, digits = 4): void {
  expect(got.length).toBe(wanted.length)
  for (let i = 0; i < got.length; i++) expect(got[i]).toBeCloseTo(wanted[i], digits)
}
