import { enableGrad, isRecording, noGrad, parameter, variable } from '@unroll/autograd'
import { describe, expect, test } from 'vitest'

describe('noGrad', () => {
  test('records nothing, and gives back what its body gives', () => {
    const x = parameter(2)
    const y = noGrad(() => x.square())
    expect([y.item(), y.requiresGrad, isRecording()]).toEqual([4, false, true])
  })

  test('nests, with enableGrad within', () => {
    const seen = noGrad(() => [
      isRecording(),
      noGrad(isRecording),
      isRecording(),
      enableGrad(() => [isRecording(), noGrad(isRecording), isRecording()]),
      isRecording(),
    ])
    expect(seen).toEqual([false, false, false, [true, false, true], false])
    expect(isRecording()).toBe(true)
  })

  test('is over when its body throws', () => {
    expect(() =>
      noGrad(() => {
        throw new Error('within')
      }),
    ).toThrow('within')
    expect(isRecording()).toBe(true)
  })

  test('refuses an asynchronous body', () => {
    expect(() => noGrad(async () => 1)).toThrow('noGrad: the body must not be asynchronous')
    expect(() => enableGrad(async () => 1)).toThrow('enableGrad: the body must not be asynchronous')
    expect(isRecording()).toBe(true)
  })

  test('does not keep what was recorded before from being differentiated', () => {
    const x = parameter(3)
    const y = x.square()
    noGrad(() => y.backward())
    expect(x.grad?.item()).toBe(6)
  })

  test('lets parameters be changed', () => {
    const x = parameter([1, 2])
    x.square().sum().backward()
    noGrad(() => x.value.assign(x.sub((x.grad as typeof x).mul(0.25)).value))
    expect(x.toArray()).toEqual([0.5, 1])
    expect(x.isLeaf && x.requiresGrad).toBe(true)
  })
})

describe('detach', () => {
  test('gives the same value as a constant', () => {
    const x = parameter([1, 2])
    const d = x.square().detach()
    expect([d.requiresGrad, d.isLeaf]).toEqual([false, true])
    expect(x.detach().value).toBe(x.value)
  })

  test('stops the gradient', () => {
    const x = parameter(3)
    x.mul(x.detach()).backward()
    expect(x.grad?.item()).toBe(3)
  })
})

describe('requiresGrad', () => {
  test('makes a leaf of a constant, and a constant of a leaf', () => {
    const x = variable(2)
    x.requiresGrad = true
    x.square().backward()
    expect(x.grad?.item()).toBe(4)
    x.requiresGrad = false
    expect(x.square().requiresGrad).toBe(false)
  })

  test('switched off, stops the gradient of what was recorded before', () => {
    const [x, w] = [parameter(2), parameter(5)]
    const y = x.mul(w)
    x.requiresGrad = false
    y.backward()
    expect([x.grad, w.grad?.item()]).toEqual([undefined, 2])
  })

  test('changes nothing when it is so already', () => {
    const x = parameter(2)
    const y = x.square()
    x.requiresGrad = true
    y.requiresGrad = true
    y.backward()
    expect(x.grad?.item()).toBe(4)
  })

  test('is fixed for the result of an op', () => {
    const y = parameter(1).mul(2)
    expect(() => {
      y.requiresGrad = false
    }).toThrow('requiresGrad: only a leaf can change it')
  })

  test('is for floats', () => {
    expect(() => parameter([1, 2], { dtype: 'int32' })).toThrow(
      'requiresGrad: only floats have gradients, got int32',
    )
    expect(() => parameter([true])).toThrow('got bool')
  })
})
