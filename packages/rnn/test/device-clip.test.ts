import { parameter, type Variable, variable } from '@unroll/autograd'
import {
  accumulate,
  clipGradAdaptive,
  clipGradNorm,
  clipGradNormPerGroup,
  clipGradValue,
  mse,
  SGD,
} from '@unroll/rnn'
import { type Kernels, type Tensor, tensor } from '@unroll/tensor'
import { describe, expect, test } from 'vitest'
import { fakeDevice } from './support/fake-device.js'
import { expectClose, own } from './support/own.js'

const device = fakeDevice()

describe('clipping on a device', () => {
  const withGrad = (values: number[], on?: Kernels) => {
    const p = parameter(new Array(values.length).fill(1))
    p.grad = variable(tensor(values))
    if (!on) return p
    const moved = parameter(p.value.to(on))
    moved.grad = p.grad.to(on)
    return moved
  }
  const gradsOf = (ps: readonly Variable[]) =>
    Promise.all(ps.map(async (p) => [...(await (p.grad as Variable).read())]))

  test.each([1, 1.5, 2, 3, Number.POSITIVE_INFINITY])('to a norm of order %s', async (normType) => {
    for (const [most, size] of [
      [1, 1],
      [100, 1],
      [0, 1],
      [Number.POSITIVE_INFINITY, 1],
      [1, 1e30],
      [1, 1e-30],
      [1, 0],
    ]) {
      const lists = [[3, -4], [12], []].map((list) => list.map((g) => g * size))
      const [host, moved] = [lists.map((g) => withGrad(g)), lists.map((g) => withGrad(g, device))]
      const wanted = clipGradNorm(host, most, { normType }).item()
      const [norm] = await clipGradNorm(moved, most, { normType, errorIfNonfinite: true }).read()
      if (size === 0) expect(norm).toBe(0)
      else expect(norm / wanted).toBeCloseTo(1, 5)
      const [got, want] = [await gradsOf(moved), await gradsOf(host)]
      for (const [k, list] of want.entries())
        for (const [i, g] of list.entries())
          if (g === 0) expect(got[k][i]).toBeCloseTo(0, 12)
          else expect(got[k][i] / g).toBeCloseTo(1, 5)
    }
  })

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('leaves gradients alone where one is %s', async (bad) => {
    const parameters = [withGrad([3, bad], device), withGrad([4], device)]
    const [norm] = await clipGradNorm(parameters, 1).read()
    expect(Number.isFinite(norm)).toBe(false)
    expect(await gradsOf(parameters)).toEqual([[3, bad], [4]])
    clipGradNormPerGroup([[parameters[0]], [parameters[1]]], 1, { errorIfNonfinite: true })
    await expect(parameters[0].read()).rejects.toThrow(
      /^clipGradNormPerGroup: the norm of the gradients is not finite$/,
    )
    new SGD(parameters, { lr: 1 }).step()
    await expect(parameters[0].read()).rejects.toThrow(
      /^SGD: the gradient of a parameter holds NaN or Infinity$/,
    )
  })

  test('a gradient whose square overflows is refused by nobody', async () => {
    const p = withGrad([1e30], device)
    new SGD([p], { lr: 1e-30 }).step()
    expect((await p.read())[0]).toBeCloseTo(0, 6)
  })

  test('by value, and by what units weigh', async () => {
    const [host, moved] = [[withGrad([3, -0.1])], [withGrad([3, -0.1], device)]]
    for (const list of [host, moved]) clipGradValue(list, 0.5)
    expect(await gradsOf(moved)).toEqual(await gradsOf(host))
    const [a, b] = [[withGrad([3e30, 1e30])], [withGrad([3e30, 1e30], device)]]
    for (const list of [a, b]) clipGradAdaptive(list, { clipFactor: 0.1 })
    expectClose((await gradsOf(b))[0], (await gradsOf(a))[0], 6)
  })

  test('the loss of accumulated parts', async () => {
    const parts = [1, 2, 5].map((x) => own(tensor([x])))
    const lossOf = (w: Variable, on: (x: Tensor) => Tensor) => (x: Tensor) => mse(w.mul(on(x)), on(x.mul(3)))
    const [w, v] = [parameter([1]), parameter(own(tensor([1])).to(device))]
    const wanted = accumulate(
      parts,
      lossOf(w, (x) => x),
    ).item()
    const loss = accumulate(
      parts,
      lossOf(v, (x) => x.to(device)),
    )
    expect((await loss.read())[0]).toBeCloseTo(wanted, 5)
    expectClose(await (v.grad as Variable).read(), (w.grad as Variable).data)
  })
})
