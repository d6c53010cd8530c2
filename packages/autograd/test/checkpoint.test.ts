import { checkpoint, gradients, noGrad, parameter, tanh, type Variable, variable } from '@unroll/autograd'
import { checkGradients, expressions } from '@unroll/autograd/testing'
import { arrayEqual, Random } from '@unroll/tensor'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bytesHeld } from '../../../test/support/garbage.js'

describe('checkpoint', () => {
  test('changes no gradient, whatever is in it', () => {
    const cases = expressions().map(({ f, inputs }) => ({
      f: (...x: Variable[]) => checkpoint(() => [f(...x)])[0],
      inputs,
    }))
    checkGradients(cases, { seed: 11, numRuns: 80 })
  })

  test('of several results, one inside another', () => {
    const same = fc.property(expressions(), expressions(), ({ f, inputs }, { f: g, inputs: others }) => {
      const x = inputs.map((value) => parameter(value))
      const w = others.map((value) => parameter(value))
      const both = () => {
        const [y] = checkpoint(() => [f(...x)])
        return [y, g(...w).mul(y.sum())]
      }
      const total = ([y, z]: Variable[]) => y.square().sum().add(z.sum())
      const wanted = gradients(total([f(...x), g(...w).mul(f(...x).sum())]), [...x, ...w], {
        allowUnused: true,
      })
      const got = gradients(total(checkpoint(both) as Variable[]), [...x, ...w], { allowUnused: true })
      wanted.forEach((dx, i) => {
        expect(got[i].shape).toEqual(dx.shape)
        const scale = 1e-12 * Math.max(1, ...dx.data.map(Math.abs))
        for (let k = 0; k < dx.size; k++)
          expect(Math.abs(got[i].data[k] - dx.data[k])).toBeLessThanOrEqual(scale)
      })
    })
    fc.assert(same, { seed: 12, numRuns: 100 })
  })

  test('the body runs once forward, and once more on the way back', () => {
    const x = parameter([1, 2])
    let runs = 0
    const body = () => {
      runs++
      return [x.exp()]
    }
    const [y] = checkpoint(body)
    expect(runs).toBe(1)
    y.sum().backward()
    expect(runs).toBe(2)
    expect(() => y.sum().backward()).toThrow('the tape was released')
    noGrad(() => checkpoint(body))
    expect(runs).toBe(3)
  })

  test('a state handed from one to the next is differentiated through all of them', () => {
    const w = parameter(0.5)
    const straight = parameter(0.5)
    let [h, g] = [variable(1), variable(1)]
    for (let t = 0; t < 5; t++) {
      const before = h
      ;[h] = checkpoint(() => [tanh(before.mul(w).add(0.1))])
      g = tanh(g.mul(straight).add(0.1))
    }
    h.backward()
    g.backward()
    expect(w.grad?.item()).toBe(straight.grad?.item())
  })

  test('what takes no gradient, or was made outside, is given back as it is', () => {
    const x = parameter([1])
    const outside = x.exp()
    const constant = variable([2])
    const [a, b, c, d] = checkpoint(() => [outside, constant, x.neg(), x])
    expect([a, b, d]).toEqual([outside, constant, x])
    expect(c.edge?.entry.op).toBe('checkpoint')
    expect(checkpoint(() => [constant])[0]).toBe(constant)
  })

  test('the same random numbers are drawn again, and the generator goes on as if they were not', () => {
    const run = (through: (body: () => Variable[], rng: Random) => readonly Variable[]) => {
      const rng = new Random(3)
      const x = parameter([1, 2, 3])
      const [y] = through(() => [x.mul(rng.uniform([3]))], rng)
      y.sum().backward()
      return { dx: x.grad?.value, next: rng.uniform([2]) }
    }
    const plain = run((body) => body())
    const kept = run((body, rng) => checkpoint(body, { rng }))
    expect(arrayEqual(kept.dx as never, plain.dx as never)).toBe(true)
    expect(arrayEqual(kept.next, plain.next)).toBe(true)
  })

  test('of several generators, each draws again', () => {
    const rngs = [new Random(3), new Random(4)]
    const x = parameter([1, 2, 3])
    const [y] = checkpoint(() => [x.mul(rngs[0].uniform([3])).mul(rngs[1].uniform([3]))], { rng: rngs })
    y.sum().backward()
    const [a, b] = [new Random(3), new Random(4)]
    expect(arrayEqual(x.grad?.value as never, a.uniform([3]).mul(b.uniform([3])))).toBe(true)
    expect(rngs.map((rng) => rng.next())).toEqual([a.next(), b.next()])
  })

  test('refuses what is no array of variables, and no generator', () => {
    const x = parameter([1, 2])
    expect(() => checkpoint((() => x.square()) as never)).toThrow(
      'checkpoint: wants a body that gives an array of variables, got Variable',
    )
    expect(() => checkpoint(() => [x.square(), { h: x }] as never)).toThrow('got Object at 1')
    expect(() => checkpoint(() => [x.square()], { rng: 1 as never })).toThrow(
      'checkpoint: rng is a generator',
    )
    expect(() => checkpoint(() => [x.square()], { random: 1 } as never)).toThrow(
      'checkpoint: has no option random (it has rng)',
    )
  })

  test('refuses a variable that was changed in place before it is used again', () => {
    const x = parameter([1, 2])
    const [y] = checkpoint(() => [x.square()])
    x.value.fill(5)
    expect(() => y.sum().backward()).toThrow(
      'backward: checkpoint kept x [2] for its gradient, and it was changed in place since',
    )
  })

  test('refuses a body that gives something else when run again', () => {
    const x = parameter([1, 2, 3])
    let length = 3
    const [y] = checkpoint(() => [x.slice([0, length--]).mul(1)])
    expect(() => y.sum().backward()).toThrow(
      'checkpoint: run again, the body gave [2] float32; the first time, [3] float32',
    )
    let first = true
    const [z] = checkpoint(() => {
      const result = first ? x.mul(1) : variable([1])
      first = false
      return [result]
    })
    expect(() => z.sum().backward()).toThrow('run again, the body gave nothing on the tape')
  })

  test('of a long chain, √n checkpoints keep a small part', () => {
    const [steps, parts, size] = [64, 8, 100_000]
    const start = parameter(new Float32Array(size).fill(0.1))
    const chain = (x: Variable, length: number) => {
      for (let i = 0; i < length; i++) x = x.tanh()
      return x
    }
    const inParts = (x: Variable) => {
      for (let i = 0; i < parts; i++) {
        const before = x
        ;[x] = checkpoint(() => [chain(before, steps / parts)])
      }
      return x
    }
    const resultsHeld = (run: (x: Variable) => Variable) => {
      const before = bytesHeld().buffers
      const y = run(start)
      const held = (bytesHeld().buffers - before) / (4 * size)
      y.sum().backward()
      return Math.round(held)
    }
    resultsHeld(inParts) // what is made once and kept is not to be counted
    expect(resultsHeld((x) => chain(x, steps))).toBeGreaterThanOrEqual(steps - 1)
    expect(resultsHeld(inParts)).toBeLessThanOrEqual(parts + 1)
  })
})
