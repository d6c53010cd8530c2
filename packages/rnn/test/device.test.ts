import { detectAnomaly, jacobian, parameter, tapeRows, type Variable, variable } from '@unroll/autograd'
import {
  crossEntropy,
  fetchState,
  GRU,
  Linear,
  Module,
  Stateful,
  saveSafetensors,
  summary,
} from '@unroll/rnn'
import { type Kernels, Random, type Tensor, tensor, writeSafetensors } from '@unroll/tensor'
import { describe, expect, test } from 'vitest'
import { fakeDevice } from './support/fake-device.js'
import { expectClose, own } from './support/own.js'

const device = fakeDevice()

describe('a model', () => {
  test('goes to a device with its gradients, its buffers and what it carries', async () => {
    class Biased extends Module {
      readonly offset = own(tensor([1, 2]))
      readonly stream = new Stateful(new GRU(2, 2, { rng: new Random(1) }))
      forward(x: Tensor): Variable {
        return this.stream.forward(x).add(this.offset)
      }
    }
    const model = new Biased()
    const x = own(new Random(2).normal([1, 3, 2]))
    const whole = new Biased()
    whole.forward(x)
    const wanted = whole.forward(x).data

    model.forward(x).sum().backward()
    const parameters = model.parameters()
    expect(model.to(device)).toBe(model)
    expect(model.parameters()).toEqual(parameters)
    expect(parameters.every(({ device: own, grad }) => own === device && grad?.device === device)).toBe(true)
    const y = model.forward(own(x).to(device))
    expect(y.device).toBe(device)
    expectClose(await y.read(), wanted, 5)
    model.stream.reset([0])
    await model.toHost()
    expect(model.offset.toArray()).toEqual([1, 2])
    expect(model.forward(x).device).toBeUndefined()
    model.to(device).to(device)
  })

  test('says what keeps it from it, and nothing is moved', () => {
    const rng = new Random(1)
    class Both extends Module {
      readonly first = new Linear(1, 1, { rng })
      readonly second = new Linear(1, 1, { rng, dtype: 'float64' })
    }
    const both = new Both()
    expect(() => both.to(device)).toThrow(
      /^to: second.weight \[1, 1\] is of float64, which a device does not have$/,
    )
    expect(both.first.weight.device).toBeUndefined()
    const linear = new Linear(1, 1, { rng })
    expect(() => linear.to({ name: 'none' } as Kernels)).toThrow(
      /^to: wants kernels with a memory of their own, got none$/,
    )
    linear.to(device)
    expect(() => linear.to(fakeDevice('other'))).toThrow(
      /^to: weight \[1, 1\] is on fake: await toHost\(\) first$/,
    )
  })

  test('mixes with nothing that is elsewhere', () => {
    const rng = new Random(1)
    const linear = new Linear(2, 2, { rng })
    const x = own(tensor([[1, 2]]))
    const distant = x.to(device)
    expect(() => linear.forward(distant)).toThrow(
      /^matmul: its operands are on two devices, fake and the host/,
    )
    linear.to(device)
    expect(() => linear.forward(x)).toThrow(/two devices/)
    expect(() => crossEntropy(linear.forward(distant), own(tensor([0], { dtype: 'int32' })))).toThrow(
      /^classLosses: its operands are on two devices, fake and the host/,
    )
    expect(() => summary(linear)).toThrow(
      /^summary: counts what is done on the host, and the model is on fake: await model.toHost\(\) first$/,
    )
  })

  test('is written when it has been fetched', async () => {
    const [model, twin] = [new Linear(2, 2, { rng: new Random(1) }), new Linear(2, 2, { rng: new Random(1) })]
    model.to(device)
    expect(() => saveSafetensors(model)).toThrow(/: the values are on fake: await x.read\(\)$/)
    const bytes = writeSafetensors(await fetchState(model.stateDict()))
    expect(bytes).toEqual(saveSafetensors(twin))
    await expect(fetchState({ a: 1 } as never)).rejects.toThrow(/^fetchState: wants tensors, got 1 for a$/)
  })
})

describe('variables on a device', () => {
  test('are constants there, or leaves', async () => {
    const x = variable(own(tensor([1, 2])))
    const moved = x.to(device)
    expect(moved.device).toBe(device)
    expect(moved.to(device)).toBe(moved)
    expect([...(await moved.read())]).toEqual([1, 2])
    expect([...(await x.read())]).toEqual([1, 2])
    expect(() => parameter([1, 2]).to(device)).toThrow(
      /^to: gradients flow to this \[2\], and would have to come back from fake: move what is trained with/,
    )
    const p = parameter(x.value.to(device))
    p.sum().backward()
    expect([...(await (p.grad as Variable).read())]).toEqual([1, 1])
  })

  test('have Jacobians', async () => {
    const x = parameter(own(tensor([1, 2])).to(device))
    const J = jacobian((x: Variable) => x.square().flip())(x)
    expect(J.device).toBe(device)
    expect([...(await J.read())]).toEqual([0, 4, 2, 0])
  })

  test('have a table of the tape, and are not searched for anomalies', () => {
    const p = parameter(own(tensor([1, 2])).to(device))
    expect(tapeRows(p.exp().exp()).map(({ bytes }) => bytes)).toEqual([0, 8, 8])
    expect(() => detectAnomaly(() => p.exp())).toThrow(
      /^detectAnomaly: looks at every value, which it cannot on fake: run the model on the host$/,
    )
  })
})
