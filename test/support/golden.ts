/// <reference types="vite/client" />
import { type DType, isFloat, readSafetensors, type Shape, sizeOf, type Tensor } from '@unroll/tensor'
import { expect } from 'vitest'
import manifest from '../golden/manifest.jsonl?raw'

/** The reference figures (see test/golden/README.md), by way of Vite: a browser has no files of its own. */
const files = import.meta.glob<string>('../golden/*/*.safetensors', {
  query: '?url&inline',
  import: 'default',
})

export type Category = 'op' | 'second_order' | 'cell' | 'rnn' | 'packed' | 'layer' | 'loss' | 'clip' | 'optim'

/** Accepted: |actual − expected| ≤ rtol · |expected| + atol · max(1, max |expected|), the last over the tensor. */
export interface Tolerance {
  readonly rtol: number
  readonly atol: number
}

/** What the manifest says of a case. The records map plain names to names of tensors. */
export interface GoldenCase {
  readonly name: string
  readonly category: Category
  /** What is computed: a class or function, or a kind of them. */
  readonly sub: string
  readonly kind: string
  readonly tol: Tolerance
  readonly notes?: string
  /** The PyTorch expression of an op, over the names of its inputs; or the function of a second derivative. */
  readonly expr?: string
  readonly f?: string
  readonly op?: string
  readonly kwargs?: Readonly<Record<string, unknown>>
  readonly module?: string
  readonly args?: Readonly<Record<string, unknown>>
  readonly optimizer?: string
  readonly model?: string
  readonly steps?: number
  readonly lengths?: readonly number[]
  readonly functions?: readonly string[]
  readonly param_groups?: readonly Readonly<Record<string, unknown>>[]
  readonly inputs?: Readonly<Record<string, string>>
  readonly params?: Readonly<Record<string, string>>
  readonly outputs?: Readonly<Record<string, string>>
  readonly grads?: Readonly<Record<string, string>>
  readonly vectors?: Readonly<Record<string, string>>
  readonly hvps?: Readonly<Record<string, string>>
  readonly grads_before?: Readonly<Record<string, string>>
  readonly grads_after?: Readonly<Record<string, string>>
  readonly loss?: { readonly formula: string; readonly value: string }
}

const cases: readonly GoldenCase[] = manifest
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line))

/** The cases of a category, in the order of the manifest. */
export function goldenCases(category: Category): readonly GoldenCase[] {
  return cases.filter((c) => c.category === category)
}

export interface LoadedCase {
  readonly meta: GoldenCase
  readonly tensors: Record<string, Tensor>
}

/** A case with its tensors; its floats converted to `dtype` (they are stored in float32). */
export async function load(name: string, dtype: DType = 'float32'): Promise<LoadedCase> {
  const meta = cases.find((c) => c.name === name)
  if (!meta) throw new Error(`no golden case is called ${name}`)
  const file = await fetch(await files[`../golden/${meta.category}/${name}.safetensors`]())
  const { tensors } = readSafetensors(new Uint8Array(await file.arrayBuffer()))
  for (const [key, x] of Object.entries(tensors)) if (isFloat(x.dtype)) tensors[key] = x.cast(dtype)
  return { meta, tensors }
}

/** A tensor, or a variable. */
interface Values {
  readonly shape: Shape
  readonly dtype: DType
  readonly data: ArrayLike<number>
}

/** Asserts that the shapes are equal and the values within the tolerance; ints and bools must be equal. */
export function expectClose(actual: Values, expected: Values, tol: Tolerance, label = 'the result'): void {
  expect(actual.shape, `shape of ${label}`).toEqual(expected.shape)
  const [got, want] = [actual.data, expected.data]
  const scale = Math.max(1, ...Array.from(want, Math.abs))
  for (let i = 0; i < sizeOf(expected.shape); i++) {
    const [a, e] = [got[i], want[i]]
    const bound = isFloat(expected.dtype) ? tol.rtol * Math.abs(e) + tol.atol * scale : 0
    if (a !== e && !(Math.abs(a - e) <= bound))
      expect.fail(`${label}, element ${i} of [${expected.shape}]: got ${a}, want ${e} ± ${bound}`)
  }
}
