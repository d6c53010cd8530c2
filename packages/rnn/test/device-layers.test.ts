import type { Variable } from '@unroll/autograd'
import { GRU, LSTM, LSTMCell, Recurrent, scaledDotProduct, VariationalDropout, Zoneout } from '@unroll/rnn'
import { Random, type Tensor } from '@unroll/tensor'
import { describe, test } from 'vitest'
import { fakeDevice } from './support/fake-device.js'
import { expectClose, own } from './support/own.js'

const device = fakeDevice()

describe('layers on a device', () => {
  const rng = new Random(7)
  const x = own(rng.normal([3, 4, 2]))
  const models: readonly [
    string,
    () => { forward(x: Tensor, s?: undefined, o?: object): readonly Variable[] },
  ][] = [
    ['an LSTM of two directions', () => plain(new LSTM(2, 3, { rng: new Random(1), bidirectional: true }))],
    ['a GRU without its kernel', () => plain(new GRU(2, 3, { rng: new Random(1), layerNorm: true }))],
    [
      'dropout between layers',
      () => plain(new LSTM(2, 3, { rng: new Random(1), numLayers: 2, dropout: 0.5 })),
    ],
    [
      'zoneout',
      () =>
        plain(
          new Recurrent(
            2,
            () =>
              new Zoneout(
                new LSTMCell(2, 3, { rng: new Random(1) }),
                { h: 0.3, c: 0.3 },
                { rng: new Random(2) },
              ),
          ),
        ),
    ],
    [
      'variational dropout',
      () =>
        plain(
          new Recurrent(
            2,
            () =>
              new VariationalDropout(new LSTMCell(2, 3, { rng: new Random(1) }), {
                input: 0.3,
                hidden: 0.3,
                rng: new Random(2),
              }),
          ),
        ),
    ],
    ['the last step alone', () => plain(new GRU(2, 3, { rng: new Random(1), returnSequences: false }))],
  ]

  function plain<L extends Recurrent>(layer: L) {
    return {
      layer,
      forward: (x: Tensor, _?: undefined, options?: object) => {
        const [output, { h }] = layer.forward(x, undefined, options)
        return [output, h]
      },
    }
  }

  test.each(models)('%s: of sequences of several lengths', async (_, make) => {
    for (const options of [{}, { lengths: [4, 1, 3] }, { lengths: [4, 2, 3], checkpointEvery: 2 }]) {
      const [host, moved] = [make(), make()] as ReturnType<typeof plain>[]
      moved.layer.to(device)
      const wanted = host.forward(x, undefined, options)
      const got = moved.forward(x.to(device), undefined, options)
      for (const [k, y] of wanted.entries()) expectClose(await got[k].read(), y.data, 5)
      const run = ([y, h]: readonly Variable[]) => y.square().sum().add(h.sum()).backward()
      run(wanted)
      run(got)
      const [a, b] = [host.layer.parameters(), moved.layer.parameters()]
      for (const [k, p] of a.entries())
        expectClose(await (b[k].grad as Variable).read(), (p.grad as Variable).data, 4)
    }
  })

  test('attention with a mask of its own', async () => {
    const attend = (x: Tensor) => scaledDotProduct(x, x, x, { causal: true, lengths: [2, 4, 3] })[0]
    expectClose(await attend(x.to(device)).read(), attend(x).data, 5)
  })
})
