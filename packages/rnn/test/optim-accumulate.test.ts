import type { Variable } from '@unroll/autograd'
import { accumulate, clipGradNorm, Linear, LSTM, Module, mse, SGD } from '@unroll/rnn'
import { Random, type Tensor } from '@unroll/tensor'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { examples } from './support/networks.js'

const dtype = 'float64'

test('gradients of parts add up to those of the batch, whatever the sizes of the parts', () =>
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }),
      fc.nat(),
      (sizes, seed) => {
        const rng = new Random(seed)
        const batch = sizes.reduce((sum, size) => sum + size)
        const [x, y] = [rng.normal([batch, 3, 2], 0, 1, { dtype }), rng.normal([batch, 1], 0, 1, { dtype })]
        const [whole, parts] = [new Net(), new Net()]

        const loss = mse(whole.forward(x), y)
        loss.backward()
        const losses = accumulate(cut([x, y], sizes), ([x, y]) => mse(parts.forward(x), y), {
          weights: sizes,
        })

        expect(losses.item()).toBeCloseTo(loss.item(), 12)
        expectSame(gradientsOf(parts), gradientsOf(whole))
      },
    ),
    examples(25),
  ))

test('n backward calls on losses divided by n, and then one step, are a step on the large batch', () => {
  const rng = new Random(5)
  const [x, y] = [rng.normal([8, 3, 2], 0, 1, { dtype }), rng.normal([8, 1], 0, 1, { dtype })]
  const [whole, byHand, helped] = [new Net(), new Net(), new Net()]
  const [a, b, c] = [whole, byHand, helped].map(
    (net) => new SGD(net.parameters(), { lr: 0.1, momentum: 0.9 }),
  )

  for (let step = 0; step < 3; step++) {
    a.zeroGrad()
    mse(whole.forward(x), y).backward()
    clipGradNorm(whole.parameters(), 0.5)
    a.step()

    b.zeroGrad()
    for (const [xs, ys] of cut([x, y], [2, 2, 2, 2])) mse(byHand.forward(xs), ys).div(4).backward()
    clipGradNorm(byHand.parameters(), 0.5)
    b.step()

    c.zeroGrad()
    accumulate(cut([x, y], [2, 2, 2, 2]), ([xs, ys]) => mse(helped.forward(xs), ys))
    clipGradNorm(helped.parameters(), 0.5)
    c.step()
  }
  for (const net of [byHand, helped]) expectSame(valuesOf(net), valuesOf(whole))
})

class Net extends Module {
  readonly #rng = new Random(1)
  readonly lstm = new LSTM(2, 3, { rng: this.#rng, dtype })
  readonly head = new Linear(3, 1, { rng: this.#rng, dtype })

  forward(x: Tensor): Variable {
    return this.head.forward(this.lstm.forward(x)[0].slice(null, -1))
  }
}

/** Tensors cut into parts along their first axes. */
function cut(tensors: [Tensor, Tensor], sizes: readonly number[]): [Tensor, Tensor][] {
  let start = 0
  return sizes.map((size) => {
    const part = tensors.map((x) => x.slice([start, start + size])) as [Tensor, Tensor]
    start += size
    return part
  })
}

function gradientsOf(net: Module): number[][] {
  return net.parameters().map(({ grad }) => [...(grad ?? expect.fail('no gradient')).data])
}

function valuesOf(net: Module): number[][] {
  return net.parameters().map(({ data }) => [...data])
}

function expectSame(actual: readonly number[][], expected: readonly number[][]): void {
  expect(actual).toEqual(expected.map((list) => list.map((x) => expect.closeTo(x, 12))))
}
