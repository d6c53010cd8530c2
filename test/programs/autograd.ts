// What someone who installs @unroll/autograd might write: a line through three points, by descent.
import { noGrad, parameter, variable } from '@unroll/autograd'
import { tensor } from '@unroll/tensor'

const x = variable([0, 1, 2])
const y = tensor([1, 3, 5])
const slope = parameter(0)
const intercept = parameter(0)

for (let step = 0; step < 200; step++) {
  const loss = x.mul(slope).add(intercept).sub(y).square().mean()
  loss.backward()
  noGrad(() => {
    for (const p of [slope, intercept]) {
      if (!p.grad) throw new Error('no gradient')
      p.value.assign(p.value.sub(p.grad.value.mul(0.2)))
      p.zeroGrad()
    }
  })
}

console.log(slope.value.item().toFixed(3), intercept.value.item().toFixed(3))
