import { UnrollError } from '@unroll/tensor'
import { expect, test } from 'vitest'

/** A call that is to be refused, and what is to be said of it: the op, what it got and what it wanted. */
export type Refusal = [what: string, call: () => unknown, message: RegExp]

export function expectRefusals(refusals: readonly Refusal[]): void {
  test.each(refusals)('%s', (_, call, message) => {
    expect(call).toThrow(UnrollError)
    expect(call).toThrow(message)
  })
}

/** What the types forbid, as a call from JavaScript would have it. */
export function wrong(value?: unknown): never {
  return value as never
}
