import { parameter, Variable, variable } from '@unroll/autograd'
import type { Module } from '@unroll/rnn'
import { isFloat, type Kernels, Tensor } from '@unroll/tensor'
import { expect } from 'vitest'
import {
  expectClose,
  type GoldenCase,
  type LoadedCase,
  type Tolerance,
} from '../../../../test/support/golden.js'

export { expectClose, type GoldenCase }

/** What a case asks: that something computed be as PyTorch has it. */
export interface Claim {
  readonly label: string
  readonly actual: Tensor
  readonly expected: Tensor
  readonly tol: Tolerance
}

/** Works a case out, and gives what it claims; nothing is read in between, so that any kernels can do it. */
export type GoldenRun = (golden: Golden) => Claim[]

/** Asserts a claim, wherever it was computed. */
export async function expectClaim({ actual, expected, tol, label }: Claim): Promise<void> {
  expectClose(Tensor.from(await actual.read(), actual.shape), expected, tol, label)
}

/** A reference case: its tensors under their plain names, and the leaves that were made of them. */
export class Golden {
  readonly meta: GoldenCase
  readonly tensors: Record<string, Tensor>
  readonly #expected: Record<string, Tensor>
  readonly #leaves = new Map<string, Variable>()

  /** @param device where all is computed; left out, on the host */
  constructor(
    { meta, tensors }: LoadedCase,
    readonly device?: Kernels,
  ) {
    this.meta = meta
    this.tensors = Object.fromEntries(Object.entries(tensors).map(([key, x]) => [key, this.place(x)]))
    this.#expected = tensors
  }

  /** A tensor of the host, where all is computed. */
  place(x: Tensor): Tensor {
    return this.device ? x.to(this.device) : x
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

  /** The same, on the host: what a result is compared with. */
  expected(key: string): Tensor {
    expect(this.#expected).toHaveProperty([key])
    return this.#expected[key]
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
      Object.fromEntries(Object.entries(params).map(([key, name]) => [key, this.expected(name)])),
    )
    if (this.device) module.to(this.device)
    for (const [key, leaf] of module.namedParameters()) this.#leaves.set(params[key], leaf)
  }

  /** That something is as the tensor of that name. */
  claim(actual: Variable | Tensor, expected: string | Tensor, label = `${expected}`): Claim {
    return {
      label,
      actual: actual instanceof Variable ? actual.value : actual,
      expected: typeof expected === 'string' ? this.expected(expected) : expected,
      tol: this.meta.tol,
    }
  }

  /** That the outputs, the loss made of them and all its gradients are those of the case. */
  claims(outputs: Readonly<Record<string, Variable | undefined>>): Claim[] {
    const { meta } = this
    const claims: Claim[] = []
    expect(Object.keys(outputs).filter((name) => outputs[name])).toEqual(Object.keys(meta.outputs ?? {}))
    let loss: Variable | undefined
    for (const [name, key] of Object.entries(meta.outputs ?? {})) {
      const output = outputs[name] as Variable
      claims.push(this.claim(output, key))
      const weights = this.tensors[`w.${name}`]
      if (weights) expect(this.expected(`w.${name}`).data.every(Number.isFinite)).toBe(true)
      const part = weights ? output.mul(weights).sum() : output
      loss = loss ? loss.add(part) : part
    }
    if (!loss || !meta.loss) expect.fail(`${meta.name} has no loss`)
    claims.push(this.claim(loss, meta.loss.value))

    loss.backward()
    for (const [leaf, key] of Object.entries(meta.grads ?? {})) {
      const { grad } = this.#leaves.get(leaf) ?? expect.fail(`${meta.name}: ${leaf} was not made a leaf`)
      claims.push(this.claim(grad ?? expect.fail(`${leaf} got no gradient`), key))
    }
    return claims
  }
}
