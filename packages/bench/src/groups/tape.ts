import { noGrad, parameter, type Variable } from '@unroll/autograd'
import { ones, type Tensor } from '@unroll/tensor'
import type { Group, Work } from '../benchmark.js'

const length = 1000
const work: Work = { amount: length, unit: 'op' }

/** A chain of additions to a single number: there is next to nothing to compute, so the time is overhead. */
export const tape: Group = {
  name: 'tape',
  variants: ['wasm'],
  benchmarks: () => {
    const x = ones([1])
    const leaf = parameter(x)
    return [
      { name: 'an op on tensors', work, run: () => onTensors(x) },
      { name: 'an op on variables, not recorded', work, run: () => noGrad(() => onVariables(leaf)) },
      { name: 'an op recorded', work, run: () => onVariables(leaf) },
      {
        name: 'an op recorded, and walked back',
        work,
        run: () => {
          leaf.zeroGrad()
          onVariables(leaf).backward()
        },
      },
    ]
  },
}

function onTensors(x: Tensor): Tensor {
  let y = x
  for (let i = 0; i < length; i++) y = y.add(x)
  return y
}

function onVariables(x: Variable): Variable {
  let y = x
  for (let i = 0; i < length; i++) y = y.add(x)
  return y
}
