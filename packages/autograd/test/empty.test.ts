import * as F from '@unroll/autograd'
import { tensor, zeros } from '@unroll/tensor'
import { describe, expect, test } from 'vitest'

const noIndex = zeros([0], { dtype: 'int32' })

describe('an empty tensor has an empty gradient:', () => {
  const ops: [string, (x: F.Variable) => F.Variable][] = [
    ['exp', (x) => x.exp()],
    ['mul', (x) => x.mul(x)],
    ['pow', (x) => x.pow(2)],
    ['maximum', (x) => x.maximum(0)],
    ['where', (x) => F.where(x.greater(0), x, 0)],
    ['sum', (x) => x.sum(0)],
    ['prod', (x) => x.prod(0)],
    ['logSumExp', (x) => x.logSumExp(0)],
    ['max', (x) => x.max(1)],
    ['mean', (x) => x.mean(1)],
    ['std', (x) => x.std(1)],
    ['cumsum', (x) => x.cumsum(0)],
    ['softmax', (x) => x.softmax()],
    ['logSoftmax', (x) => x.logSoftmax(0)],
    ['matmul by rows', (x) => x.matmul(tensor([[1], [2], [3]]))],
    ['matmul over the empty axis', (x) => x.transpose().matmul(x)],
    ['reshape', (x) => x.reshape([3, 0, 2])],
    ['expand', (x) => x.expand([2, 0, 3])],
    ['slice', (x) => x.slice([0, 5], [0, 2])],
    ['flip', (x) => x.flip()],
    ['pad', (x) => x.pad([[1, 1]], 5)],
    ['concat', (x) => F.concat([x, zeros([2, 3]), x])],
    ['stack', (x) => F.stack([x, x])],
    ['split', (x) => F.concat(x.split([1, 2], 1), 1)],
    ['unbind', (x) => F.stack(x.unbind(1))],
    ['gather', (x) => x.gather(1, zeros([0, 2], { dtype: 'int32' }))],
    ['indexSelect', (x) => x.indexSelect(0, noIndex)],
    ['scatterAdd', (x) => x.scatterAdd(1, zeros([0, 1], { dtype: 'int32' }), zeros([0, 1]))],
  ]
  test.each(ops)('%s', (_, f) => {
    const x = F.parameter(zeros([0, 3]))
    f(x).sum().backward()
    expect(x.grad?.shape).toEqual([0, 3])
  })
})

test('what was broadcast to nothing, or picked nowhere, has gradient 0', () => {
  const x = F.parameter([[1, 2, 3]])
  const empty = zeros([0, 3])
  for (const y of [
    x.add(empty),
    x.mul(empty),
    x.expand([0, 3]),
    x.slice([1, 1]),
    x.indexSelect(0, noIndex),
  ]) {
    x.zeroGrad()
    y.sum().backward()
    expect(x.grad?.toArray()).toEqual([[0, 0, 0]])
  }
})
