import { grad, noGrad, parameter, tanh, type Variable, valueAndGrad, variable } from '@unroll/autograd'
import { describe, expect, test } from 'vitest'

const cube = (x: Variable) => x.mul(x).mul(x)

describe('grad', () => {
  test('is the derivative of a function of a scalar, as often as one likes', () => {
    const x = variable(2)
    expect(grad(cube)(x).item()).toBe(12)
    expect(grad(grad(cube))(x).item()).toBe(12)
    expect(grad(grad(grad(cube)))(x).item()).toBe(6)
    expect(grad(grad(grad(grad(cube))))(x).item()).toBe(0)
  })

  test('takes an op as it is', () => {
    const second = grad(grad(tanh))
    expect(second(variable(0.5, { dtype: 'float64' })).item()).toBeCloseTo(
      -2 * Math.tanh(0.5) * (1 - Math.tanh(0.5) ** 2),
      12,
    )
  })

  test('is the gradient of a function of a tensor', () => {
    const f = (x: Variable) => x.square().sum()
    expect(grad(f)(variable([1, 2, 3])).toArray()).toEqual([2, 4, 6])
  })

  test('takes a tree of variables, and gives one of the same form', () => {
    type Layer = { w: Variable; rest: Variable[] }
    const f = ({ w, rest: [b, c] }: Layer, scale: number) => w.mul(b).sum().add(c.square()).mul(scale)
    const layer = { w: variable([1, 2]), rest: [variable(3), variable(4)] }
    const gradient = grad(f)(layer, 10)
    expect(gradient.w.toArray()).toEqual([30, 30])
    expect(gradient.rest.map((d) => d.item())).toEqual([30, 80])
  })

  test('takes each variable of a tree by itself, even the same one', () => {
    const x = variable(5)
    const [da, db] = grad(([a, b]: Variable[]) => a.square().mul(b))([x, x])
    expect([da.item(), db.item()]).toEqual([50, 25])
  })

  test('changes nothing of what it is given', () => {
    const [x, w] = [variable(2), parameter(3)]
    grad(([a, b]: Variable[]) => a.mul(b))([x, w])
    expect([x.requiresGrad, x.grad, w.grad]).toEqual([false, undefined, undefined])
  })

  test('of a function that does not use its argument is 0', () => {
    expect(grad((_: Variable) => variable(1))(variable([1, 2])).toArray()).toEqual([0, 0])
    const w = parameter(2)
    expect(grad((_: Variable) => w.square())(variable(1)).item()).toBe(0)
  })

  test('works within noGrad, off the tape', () => {
    const w = parameter(3)
    const d = noGrad(() => grad((x: Variable) => x.mul(w))(variable(1)))
    expect([d.item(), d.requiresGrad]).toEqual([3, false])
  })

  test('refuses a function that does not give a scalar, and arguments that are not variables', () => {
    expect(() => grad((x: Variable) => x.mul(2))(variable([1, 2]))).toThrow(
      'grad: the function must give a scalar, got [2]',
    )
    const bad = (value: unknown) => () => grad((x: Variable) => x)(value as Variable)
    expect(() => grad(() => 1 as unknown as Variable)(variable(1))).toThrow('got number')
    expect(bad(1)).toThrow('grad: wants a Variable, or an array or plain object of them, got 1')
    expect(bad(null)).toThrow('got null')
    expect(bad([variable(1), new Map()])).toThrow('got Map')
  })
})

describe('valueAndGrad', () => {
  test('gives both', () => {
    const [value, gradient] = valueAndGrad(cube)(variable(3))
    expect([value.item(), gradient.item()]).toEqual([27, 27])
    expect([value.requiresGrad, gradient.requiresGrad]).toEqual([false, false])
  })
})

describe('grad within grad', () => {
  test('with respect to different variables: mixed derivatives', () => {
    const f = (x: Variable, y: Variable) => x.square().mul(cube(y))
    const dxdy = grad((x: Variable) => grad((y: Variable) => f(x, y))(variable(2)))
    const dydx = grad((y: Variable) => grad((x: Variable) => f(x, y))(variable(3)))
    expect(dxdy(variable(3)).item()).toBe(72)
    expect(dydx(variable(2)).item()).toBe(72)
  })

  test('does not confuse their perturbations', () => {
    // d/dx (x · d/dy (x + y)) = 1: an inner derivative that mistakes x for y gives 2
    // (Siskind & Pearlmutter 2005, Perturbation confusion and referential transparency)
    const f = grad((x: Variable) => x.mul(grad((y: Variable) => x.add(y))(variable(1))))
    expect(f(variable(1)).item()).toBe(1)
  })

  test('at the variable of the outer one', () => {
    // g(x) = d/dy (x y²) at y = x, which is 2x²: g' = 4x
    const g = grad((x: Variable) => grad((y: Variable) => x.mul(y.square()))(x))
    expect(g(variable(3)).item()).toBe(12)
  })

  test('gives values that the outer one can be taken of', () => {
    // x · f(x) + f'(x) with f = x³
    const g = grad((x: Variable) => {
      const [value, slope] = valueAndGrad(cube)(x)
      return x.mul(value).add(slope)
    })
    expect(g(variable(2)).item()).toBe(4 * 8 + 6 * 2)
  })

  test('as a penalty on a gradient, under backward', () => {
    const w = parameter([1, 2])
    const x = variable([3, 4])
    const slope = grad((v: Variable) => v.mul(w).sum().square())(x)
    // slope = 2 (w · x) w with w · x = 11, and the penalty is |slope|² = 4 (w · x)² |w|²
    slope.square().sum().backward()
    expect(slope.toArray()).toEqual([22, 44])
    expect(w.grad?.toArray()).toEqual([8 * 11 * 5 * 3 + 8 * 121, 8 * 11 * 5 * 4 + 8 * 121 * 2])
  })
})
