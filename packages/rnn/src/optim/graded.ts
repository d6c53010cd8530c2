import type { Variable } from '@unroll/autograd'
import { parameterList } from './parameter-list.js'

/** A parameter that has a gradient. */
export type Graded = Variable & { grad: Variable }

/** Those that have a gradient, each once. */
export function withGradients(op: string, parameters: Iterable<Variable>): Graded[] {
  return [...new Set(parameterList(op, parameters))].filter((p): p is Graded => p.grad !== undefined)
}
