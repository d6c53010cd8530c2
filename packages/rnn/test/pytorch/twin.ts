import { type Variable, variable } from '@unroll/autograd'
import type { Module } from '@unroll/rnn'
import { type DType, isFloat, Random, type Tensor, tensor } from '@unroll/tensor'
import { expect } from 'vitest'

/** What a twin is fed, by the names that pytorch.py has for it. */
export type Inputs = Readonly<Record<string, Tensor>>

/** A module that is made, fed and run the same on both sides. */
export interface Twin {
  readonly name: string
  /** The class in PyTorch, and its arguments. */
  readonly module: string
  readonly args: Readonly<Record<string, unknown>>
  readonly dtype: DType
  readonly inputs: Inputs
  make(rng: Random): Module
  /** Gives its outputs by name. */
  run(module: Module, inputs: Readonly<Record<string, Variable>>): Readonly<Record<string, Variable>>
}

/** A fresh one, none of whose parameters is left at 0 or 1, where a mistake might not show. */
export function newModule({ make }: Twin, seed: number): Module {
  const rng = new Random(seed)
  const module = make(rng)
  for (const { value } of module.parameters())
    value.assign(value.add(rng.normal(value.shape, 0, 0.1, { dtype: value.dtype })))
  return module
}

/** Outputs, and the gradients of Σ cos(i) · element i, under the names that pytorch.py gives them. */
export function resultsOf({ inputs, run }: Twin, module: Module): Record<string, Variable> {
  module.zeroGrad()
  const leaves = Object.entries(inputs).map(([name, value]) => [
    name,
    variable(value, { requiresGrad: isFloat(value.dtype) && name !== 'mask' }),
  ])
  const given: Record<string, Variable> = Object.fromEntries(leaves)
  const outputs = Object.entries(run(module, given))
  const [loss, ...rest] = outputs.map(([, y]) => y.mul(cosines(y)).sum())
  rest.reduce((sum, part) => sum.add(part), loss).backward()

  const results = Object.fromEntries(outputs.map(([name, y]) => [`out.${name}`, y]))
  for (const [key, { grad }] of module.namedParameters())
    results[`grad.param.${key}`] = grad ?? expect.fail(`${key} got no gradient`)
  for (const [name, { grad }] of Object.entries(given)) if (grad) results[`grad.in.${name}`] = grad
  return results
}

/** The options that are said, in short. */
export function nameOf(module: string, options: object): string {
  const said = Object.entries(options).filter(([, value]) => value !== undefined && value !== false)
  return `${module} (${said.map(([name, value]) => (value === true ? name : `${name} ${value}`)).join(', ')})`
}

/** PyTorch's name of an option, or of several. */
export function pythonic(name: string): string
export function pythonic(options: object): Record<string, unknown>
export function pythonic(x: string | object): unknown {
  if (typeof x === 'string') return x.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  return Object.fromEntries(Object.entries(x).map(([name, value]) => [pythonic(name), value]))
}

function cosines({ size, shape, dtype }: Variable): Tensor {
  return tensor(
    Float64Array.from({ length: size }, (_, i) => Math.cos(i)),
    { shape, dtype },
  )
}
