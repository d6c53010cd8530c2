import { type Variable, variable } from '@unroll/autograd'
import { Adagrad, Adam, AdamW, mse, type Optimizer, RMSprop, SGD } from '@unroll/rnn'
import { expect } from 'vitest'
import type { Claim, Golden, GoldenRun } from '../golden.js'

export const optim: GoldenRun = (golden) => [
  ...follow(golden, (step, parameters) => {
    for (const [name, p] of parameters)
      p.grad = variable(golden.place(golden.expected(`grad.${name}`).slice(step)))
    return []
  }),
  ...follow(golden, (step, parameters) => {
    const loss = modelOf(golden)(Object.fromEntries(parameters))
    const expected = golden.expected('traj.loss').slice(step)
    for (const [, p] of parameters) p.zeroGrad()
    loss.backward()
    const gradients = parameters.map(([name, { grad }]) => {
      const expected = golden.expected(`grad.${name}`).slice(step)
      return golden.claim(
        grad ?? expect.fail(`${name} got no gradient`),
        expected,
        `gradient of ${name} at step ${step}`,
      )
    })
    return [golden.claim(loss, expected, `loss before step ${step}`), ...gradients]
  }),
]

/** Takes the steps of the case with the gradients that `setGradients` sets, and claims that the trajectory is the same. */
function follow(
  golden: Golden,
  setGradients: (step: number, parameters: readonly [string, Variable][]) => Claim[],
): Claim[] {
  const { params = {}, steps = 0 } = golden.meta
  const parameters = Object.keys(params).map((name): [string, Variable] => [name, golden.param(name)])
  const optimizer = optimizerOf(golden, new Map(parameters))
  expect(steps).toBe(20)
  const claims: Claim[] = []
  for (let step = 0; step < steps; step++) {
    claims.push(...setGradients(step, parameters))
    optimizer.step()
    for (const [name, p] of parameters) {
      const expected = golden.expected(`traj.${name}`).slice(step)
      claims.push(golden.claim(p.value.copy(), expected, `${name} after step ${step}`))
    }
  }
  return claims
}

function optimizerOf(golden: Golden, parameters: ReadonlyMap<string, Variable>): Optimizer {
  const { optimizer = '', kwargs = {}, param_groups: groups } = golden.meta
  const make = optimizers[optimizer] ?? expect.fail(`no such optimiser: ${optimizer}`)
  const named = (names: readonly string[]) =>
    names.map((name) => parameters.get(name) ?? expect.fail(`no parameter ${name}`))
  const trained = groups?.map(({ params, ...options }) => ({
    ...camelCase(options),
    parameters: named(params as string[]),
  }))
  return make(trained ?? parameters.values(), camelCase(kwargs))
}

// biome-ignore lint/suspicious/noExplicitAny: the options come from Python, and are checked when the optimiser is made
const optimizers: Record<string, (trained: any, options: any) => Optimizer> = {
  SGD: (trained, options) => new SGD(trained, options),
  Adam: (trained, options) => new Adam(trained, options),
  AdamW: (trained, options) => new AdamW(trained, options),
  RMSprop: (trained, options) => new RMSprop(trained, options),
  Adagrad: (trained, options) => new Adagrad(trained, options),
}

/** Python's names as ours: weightDecay for weight_decay. */
function camelCase(options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const entries = Object.entries(options)
  return Object.fromEntries(
    entries.map(([name, value]) => [name.replace(/_(.)/g, (_, letter) => letter.toUpperCase()), value]),
  )
}

/** The loss that is trained, as the formula of the case has it. */
function modelOf(golden: Golden): (parameters: Record<string, Variable>) => Variable {
  switch (golden.meta.model) {
    case 'mse(tanh(x @ w1^T + b1) @ w2^T + b2, y)':
      return ({ w1, b1, w2, b2 }) => {
        const hidden = golden.need('x').matmul(w1.transpose()).add(b1).tanh()
        return mse(hidden.matmul(w2.transpose()).add(b2), golden.need('y'))
      }
    case 'sum over k in (p,q) of 0.5*sum(a_k*(k-t_k)^2) + 0.025*sum((k-t_k)^4)':
      return ({ p, q }) => {
        const bowl = (k: Variable, name: string) => {
          const d = k.sub(golden.need(`t_${name}`))
          const quadratic = golden.need(`a_${name}`).mul(d.square()).sum().mul(0.5)
          return quadratic.add(d.square().square().sum().mul(0.025))
        }
        return bowl(p, 'p').add(bowl(q, 'q'))
      }
    default:
      return expect.fail(`no such model: ${golden.meta.model}`)
  }
}
