import { parameter, variable } from '@unroll/autograd'
import { clipGradNorm, clipGradValue } from '@unroll/rnn'
import { zerosLike } from '@unroll/tensor'
import { expect } from 'vitest'
import type { Claim, GoldenRun } from '../golden.js'

export const clip: GoldenRun = (golden) => {
  const { op, grads_before: before = {}, grads_after: after = {} } = golden.meta
  const parameters = Object.entries(before).map(([name, key]) => {
    const gradient = golden.tensor(key)
    const p = parameter(zerosLike(gradient), { name })
    p.grad = variable(gradient)
    return p
  })
  const claims: Claim[] = []
  if (op === 'clip_grad_norm_') {
    claims.push(golden.claim(clipGradNorm(parameters, golden.arg('max_norm')), 'out.total_norm'))
  } else {
    expect(op).toBe('clip_grad_value_')
    clipGradValue(parameters, golden.arg('clip_value'))
  }
  for (const { name = '', grad } of parameters)
    claims.push(golden.claim(grad ?? expect.fail(`${name} lost its gradient`), after[name]))
  return claims
}
