import {
  type Elements,
  type Kernels,
  reference,
  type Strided,
  type Tensor,
  type TypedArray,
} from '@unroll/tensor'
import fc from 'fast-check'
import { expect } from 'vitest'
import type { Maker } from '../../../../test/support/makers/makers.js'
import type { Family } from '../../../../test/support/makers/tolerances.js'
import { elementsOf } from './elements-of.js'

/** What a kernel gives, by names; what it changes in place is among it. */
export type Results = Readonly<Record<string, Elements | undefined>>

/** A copy of an operand that lies in memory as it does. */
export type Lay = (x: Tensor) => Strided

export interface CaseOptions<Operands> {
  readonly family: Family
  /** @param nonFinite with NaN and infinities among the floats */
  readonly operands: (nonFinite: boolean) => fc.Arbitrary<Operands>
  /** Calls the kernel with the operands laid out for it. */
  readonly call: (k: Kernels, operands: Operands, lay: Lay) => Results
  /** What errors go by, for each result: a number an element, or one for all. Default: the true value. */
  readonly scale?: (operands: Operands, lay: Lay, want: Readonly<Record<string, TypedArray>>) => Scales
  /** How many times the usual runs. Default: 1. */
  readonly share?: number
}

export type Scales = Readonly<Record<string, ArrayLike<number> | number>>

/** A property of a kernel that holds whoever made it. */
export interface KernelCase {
  check(maker: Maker, kernels: Kernels): Promise<void>
}

/** A kernel gives what the reference gives in float64, rounded, as far as the maker's tolerance goes. */
export function kernelCase<Operands>(options: CaseOptions<Operands>): KernelCase {
  const { operands, share = 1 } = options
  return {
    check: (maker, kernels) =>
      fc.assert(
        fc.asyncProperty(operands(maker.keepsNonFinite), (given) => agree(maker, kernels, options, given)),
        { seed: 5, numRuns: Math.max(2, Math.round(maker.runs * share)) },
      ),
  }
}

/** Holds one call of a maker's kernel against the reference. */
export async function agree<Operands>(
  maker: Maker,
  kernels: Kernels,
  { family, call, scale }: Pick<CaseOptions<Operands>, 'family' | 'call' | 'scale'>,
  operands: Operands,
): Promise<void> {
  const got = call(kernels, operands, lay)
  const kinds = call(reference, operands, lay) as Record<string, TypedArray | undefined>
  const truth = call(reference, operands, layDouble) as Record<string, TypedArray>
  const scales = scale?.(operands, layDouble, truth) ?? {}
  expect(Object.keys(got)).toEqual(Object.keys(truth))
  await Promise.all(
    Object.entries(got).map(async ([name, elements]) => {
      const kind = kinds[name]
      expect(elements === undefined, name).toBe(kind === undefined)
      if (!elements || !kind) return
      const values = await elementsOf(elements)
      // Where the host has float64 to add up in, a device has not.
      if (!(kind instanceof Float64Array && values instanceof Float32Array))
        expect(values.constructor, name).toBe(kind.constructor)
      expectNear(maker, family, name, values, truth[name], scales[name])
    }),
  )
}

export function expectNear(
  maker: Maker,
  family: Family,
  name: string,
  got: TypedArray,
  want: TypedArray,
  scale: ArrayLike<number> | number | undefined,
): void {
  expect(got.length, name).toBe(want.length)
  const unit = maker.tolerances[family] * 2 ** -23
  for (let i = 0; i < want.length; i++) {
    const value = Math.fround(want[i])
    if (got[i] === value || (Number.isNaN(got[i]) && Number.isNaN(value))) continue
    const size = typeof scale === 'number' ? scale : (scale ?? want)[i]
    const allowed = unit * sizeOf(size) + (maker.smallest > 2 ** -149 ? maker.smallest : 0)
    if (!(Math.abs(got[i] - want[i]) <= allowed))
      expect.fail(`${maker.name}: element ${i} of ${name} is ${got[i]}, want ${value} ± ${allowed}`)
  }
}

/** The units of numbers below the smallest normal one are those of that one. */
function sizeOf(x: number): number {
  return Number.isFinite(x) ? Math.max(Math.abs(x), 2 ** -126) : 0
}

const lay: Lay = (x) => ({ ...strided(x), storage: { data: x.storage.data.slice() } })

/** The same values in float64; ints and bools as they are. */
const layDouble: Lay = (x) => {
  const { data } = x.storage
  return {
    ...strided(x),
    storage: { data: data instanceof Float32Array ? Float64Array.from(data) : data.slice() },
  }
}

function strided({ shape, strides, offset }: Tensor): Omit<Strided, 'storage'> {
  return { shape, strides, offset }
}
