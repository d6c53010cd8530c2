import { Variable, variable } from '@unroll/autograd'
import { checkElements, fail, kindOf, Tensor } from '@unroll/tensor'

/** What a module or a loss is fed, as a variable. @throws UnrollError when it is neither a Variable nor a Tensor. */
export function asVariable(op: string, x: Variable | Tensor): Variable {
  if (x instanceof Variable) return x
  if (x instanceof Tensor) return variable(x)
  return fail(op, `wants a Variable or a Tensor, got ${kindOf(x)}`)
}

/** Checks that every index (int32) names one of `count` things. */
export function checkIndices(op: string, what: string, indices: Tensor, count: number): void {
  checkElements(indices, (data) => {
    for (let i = 0; i < data.length; i++)
      if (data[i] < 0 || data[i] >= count)
        fail(op, `${what} ${data[i]} is out of range (want 0 … ${count - 1})`)
  })
}
