import { Variable } from '@unroll/autograd'
import { fail, kindOf } from '@unroll/tensor'

/** The variables to be trained, or whose gradients are to be clipped. */
export function parameterList(op: string, parameters: Iterable<Variable>): Variable[] {
  const list = iterated(op, parameters)
  const stranger = list.find((p) => !(p instanceof Variable))
  if (stranger !== undefined) fail(op, `wants parameters that are variables, got ${kindOf(stranger)}`)
  return list
}

/** What there is to iterate over, once. */
export function iterated<T>(op: string, list: Iterable<T>): T[] {
  if (typeof list?.[Symbol.iterator] !== 'function')
    fail(op, `wants a list of parameters, such as model.parameters(), got ${kindOf(list)}`)
  return [...list]
}
