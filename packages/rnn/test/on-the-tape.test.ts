import {
  detectAnomaly,
  grad,
  gradcheck,
  hvp,
  jacobian,
  jvp,
  noGrad,
  parameter,
  type Variable,
  variable,
  vjp,
} from '@unroll/autograd'
import { LSTM } from '@unroll/rnn'
import { Random } from '@unroll/tensor'
import { describe, expect, test } from 'vitest'
import { networks } from './support/networks.js'

const [B, T, F, H] = [2, 4, 3, 2]

describe.each(networks)('through $name', ({ layer }) => {
  const rng = new Random(1)
  const network = layer(F, H, { rng, dtype: 'float64' })
  const f = (x: Variable) => network.forward(x)[0]
  const normal = (shape: readonly number[]) => rng.normal(shape, 0, 1, { dtype: 'float64' })

  test('jvp, vjp and the Jacobian agree, and an output depends on no later input', () => {
    const [x, v] = [variable(normal([B, T, F])), normal([B, T, F])]
    const J = jacobian(f)(x).value
    expect(J.shape).toEqual([B, T, H, B, T, F])
    const [, dy] = jvp(f, [x], [v])
    expectNear(dy.data, J.reshape([B * T * H, -1]).matmul(v.reshape([-1])).data)
    const u = normal([B, T, H])
    const [du] = vjp(f, [x])[1](u)
    expectNear(du.data, u.reshape([-1]).matmul(J.reshape([B * T * H, -1])).data)
    for (let t = 0; t < T; t++)
      for (let later = t + 1; later < T; later++)
        expect(
          J.slice([0, 1], [t, t + 1], null, [0, 1], [later, later + 1])
            .abs()
            .sum()
            .item(),
        ).toBe(0)
  })

  test('hvp is the derivative of the gradient', () => {
    const loss = (x: Variable) => f(x).square().sum()
    const [x, v] = [normal([B, T, F]), normal([B, T, F])]
    const at = (eps: number) => grad(loss)(variable(x.add(v.mul(eps)))).value
    expectNear(hvp(loss, variable(x), v).data, at(1e-5).sub(at(-1e-5)).div(2e-5).data, 1e-6)
    // and can be differentiated again
    gradcheck((x) => hvp(loss, x, 1), [normal([1, 3, F])], { rtol: 1e-4, atol: 1e-5 })
  })
})

describe('a hook on the output of a layer', () => {
  test.each([undefined, 2])('sees its gradient once, checkpointed every %s steps', (checkpointEvery) => {
    const lstm = new LSTM(F, H, { rng: new Random(2) })
    const x = parameter(new Random(3).normal([B, T, F]))
    const [output, { h }] = lstm.forward(x, undefined, { checkpointEvery })
    let calls = 0
    output.onGrad((dy) => {
      calls++
      return dy.mul(0)
    })
    h.retainGrad()
    output.sum().add(h.mul(0).sum()).backward()
    expect(calls).toBe(1)
    expect(h.grad?.toArray()).toEqual([
      [
        [0, 0],
        [0, 0],
      ],
    ])
    expect(x.grad?.data.every((dx) => dx === 0)).toBe(true)
  })
})

describe('detectAnomaly names the layer and the line that ran it', () => {
  const lstm = new LSTM(F, H, { rng: new Random(4), dtype: 'float64' })
  const x = variable(new Random(5).normal([B, T, F], 0, 1, { dtype: 'float64' }))
  let line = ''
  const run = (x: Variable, checkpointEvery?: number) => {
    const [[output], at] = [lstm.forward(x, undefined, { checkpointEvery }), here()]
    line = at
    return output
  }

  test.each([undefined, 2])('on the way back, checkpointed every %s steps', (checkpointEvery) => {
    // The gates stand at 0, and so have gradients; dW = dgates · x is too large a sum.
    lstm.cells[0].weightIh.value.fill(0)
    const step = () => run(x.mul(1e200), checkpointEvery).mul(1e200).sum().backward()
    expect(() => detectAnomaly(step)).toThrow(
      /: on the way back, lstm made (NaN|-?Infinity) .* gradient by input 3/,
    )
    expect(() => detectAnomaly(step)).toThrow(`lstm was called at ${line}:`)
  })

  test('in the forward pass', () => {
    lstm.cells[0].weightIh.value.fill(Number.POSITIVE_INFINITY)
    expect(() => detectAnomaly(() => noGrad(() => run(x)))).toThrow(/: lstm made NaN .* in its result/)
    expect(() => detectAnomaly(() => run(x), { inputs: true })).toThrow(
      /: lstm was given Infinity \(24 of 24 elements, first at \[0, 0\]\) in input 3 \[8, 3\] float64; called at/,
    )
  })
})

/** The line that it is called from. */
function here(): string {
  return (
    /([^ (]*on-the-tape\.test\.ts:\d+):/.exec((new Error('here').stack ?? '').split('\n')[2])?.[1] ?? 'none'
  )
}

function expectNear(actual: ArrayLike<number>, expected: ArrayLike<number>, bound = 1e-9): void {
  expect(actual.length).toBe(expected.length)
  for (let i = 0; i < expected.length; i++)
    expect(Math.abs(actual[i] - expected[i])).toBeLessThanOrEqual(bound * Math.max(1, Math.abs(expected[i])))
}
