import { parameter, variable } from '@unroll/autograd'
import { clipGradNorm, clipGradValue } from '@unroll/rnn'
import { zerosLike } from '@unroll/tensor'
import { expect } from 'vitest'
import { expectClose, goldenTests } from './support/golden.js'

goldenTests('clip', (golden) => {
  const { op, tol, grads_before: before = {}, grads_after: after = {} } = golden.meta
  const parameters = Object.entries(before).map(([name, key]) => {
    const gradient = golden.tensor(key)
    const p = parameter(zerosLike(gradient), { name })
    p.grad = variable(gradient)
    return p
  })
  if (op === 'clip_grad_norm_') {
    const norm = clipGradNorm(parameters, golden.arg('max_norm'))
    expectClose(variable(norm), golden.tensor('out.total_norm'), tol, 'the norm')
  } else {
    expect(op).toBe('clip_grad_value_')
    clipGradValue(parameters, golden.arg('clip_value'))
  }
  for (const { name = '', grad } of parameters)
    expectClose(grad ?? expect.fail(`${name} lost its gradient`), golden.tensor(after[name]), tol, name)
})
