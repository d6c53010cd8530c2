import { type Variable, variable } from '@unroll/autograd'
import { isFloat, type Kernels, Tensor } from '@unroll/tensor'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { expectClose, load } from '../../../../test/support/golden.js'
import { by, end, makers } from '../../../../test/support/makers/makers.js'
import { opFunctions } from '../golden/op.js'

/* The reference figures of ops and their gradients, by the kernels of each maker. */
describe.each(makers)('$name', (maker) => {
  let kernels: Kernels
  beforeAll(async () => {
    kernels = await maker.make()
  })
  afterAll(() => end(kernels))

  test.each(Object.entries(opFunctions))('reference figures, op: %s', async (name, f) => {
    const { meta, tensors } = await load(name)
    const names = Object.keys(meta.outputs ?? {})
    const computed = by(kernels, (device) => {
      const place = (x: Tensor) => (device ? x.to(device) : x)
      const inputs = Object.fromEntries(
        Object.entries(meta.inputs ?? {}).map(([input, key]) => {
          const x = place(tensors[key])
          return [input, variable(x, { requiresGrad: isFloat(x.dtype) })]
        }),
      )
      const outputs = [f(inputs)].flat()
      const weights = names.map((output) => tensors[`w.${output}`])
      const loss = outputs
        .flatMap((y, i) => (weights[i] ? [y.mul(place(weights[i])).sum()] : []))
        .reduce((total, part) => total.add(part))
      loss.backward()
      const gradients = Object.entries(meta.grads ?? {}).map(
        ([input, key]) => [key, inputs[input.replace('in.', '')].grad as Variable] as const,
      )
      const results = outputs.map((y, i) => [`out.${names[i]}`, y] as const)
      return [...results, ['out.loss', loss] as const, ...gradients]
    })
    for (const [key, { value }] of computed)
      expectClose(Tensor.from(await value.read(), value.shape), tensors[key], meta.tol, key)
  })
})
