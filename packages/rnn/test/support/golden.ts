import { parameter, type Variable, variable } from '@unroll/autograd'
import type { Module } from '@unroll/rnn'
import { isFloat, sum, type Tensor } from '@unroll/tensor'
import { expect, test } from 'vitest'
import {
  type Category,
  expectClose,
  type GoldenCase,
  goldenCases,
  load,
} from '../../../../test/support/golden.js'

export { expectClose, type GoldenCase, goldenCases }

/** Runs all reference cases of a category, each as a test of its own. (That none is missing: see test/golden.test.ts.) */
export function goldenTests(category: Category, run: (golden: Golden) => void): void {
  const names = goldenCases(category).map(({ name }) => name)
  test.each(names)(`reference figures, ${category}: %s`, (name) => run(new Golden(name)))
}

/** A reference case: its tensors under their plain names, and the leaves that were made of them. */
export class Golden {
  readonly meta: GoldenCase
  readonly tensors: Record<string, Tensor>
  readonly #leaves = new Map<string, Variable>()

  constructor(name: string) {
    const { meta, tensors } = load(name)
    this.meta = meta
    this.tensors = tensors
  }

  /** An argument of the module or a keyword of the function. */
  arg<T>(name: string): T {
    return { ...this.meta.args, ...this.meta.kwargs }[name] as T
  }

  /** A tensor that the case must have. */
  tensor(key: string): Tensor {
    expect(this.tensors).toHaveProperty([key])
    return this.tensors[key]
  }

  /** An input as a leaf, if the case has one of that name; it takes a gradient if it is a float. */
  input(name: string): Variable | undefined {
    const key = this.meta.inputs?.[name]
    if (key === undefined) return undefined
    const value = this.tensor(key)
    const leaf = variable(value, { requiresGrad: isFloat(value.dtype) })
    this.#leaves.set(key, leaf)
    return leaf
  }

  /** An input that the case must have. */
  need(name: string): Variable {
    return this.input(name) ?? expect.fail(`${this.meta.name} has no input ${name}`)
  }

  /** A parameter as a leaf. */
  param(name: string): Variable {
    const key = this.meta.params?.[name] ?? expect.fail(`${this.meta.name} has no parameter ${name}`)
    const leaf = parameter(this.tensor(key).copy())
    this.#leaves.set(key, leaf)
    return leaf
  }

  /** Gives a module the parameters of the case: its keys must be PyTorch's, in PyTorch's order. */
  fill(module: Module): void {
    const params = this.meta.params ?? {}
    expect(Object.keys(module.stateDict())).toEqual(Object.keys(params))
    module.loadStateDict(
      Object.fromEntries(Object.entries(params).map(([key, name]) => [key, this.tensor(name)])),
    )
    for (const [key, leaf] of module.namedParameters()) this.#leaves.set(params[key], leaf)
  }

  /** Asserts that the outputs, the loss made of them and all its gradients are those of the case. */
  check(outputs: Readonly<Record<string, Variable | undefined>>): void {
    const { meta } = this
    expect(Object.keys(outputs).filter((name) => outputs[name])).toEqual(Object.keys(meta.outputs ?? {}))
    let loss: Variable | undefined
    for (const [name, key] of Object.entries(meta.outputs ?? {})) {
      const output = outputs[name] as Variable
      expectClose(output, this.tensor(key), meta.tol, key)
      const weights = this.tensors[`w.${name}`]
      const part = weights ? sumOf(output, weights) : output
      loss = loss ? loss.add(part) : part
    }
    if (!loss || !meta.loss) expect.fail(`${meta.name} has no loss`)
    expectClose(loss, this.tensor(meta.loss.value), meta.tol, meta.loss.value)

    loss.backward()
    for (const [leaf, key] of Object.entries(meta.grads ?? {})) {
      const { grad } = this.#leaves.get(leaf) ?? expect.fail(`${meta.name}: ${leaf} was not made a leaf`)
      expectClose(grad ?? expect.fail(`${leaf} got no gradient`), this.tensor(key), meta.tol, key)
    }
  }
}

function sumOf(output: Variable, weights: Tensor): Variable {
  expect(sum(weights.isFinite()).item()).toBe(weights.size)
  return output.mul(weights).sum()
}
