import { fail, kindOf } from '@unroll/tensor'
import type { Module } from '../modules/module.js'
import { type Part, partsOf } from './part.js'
import { Session } from './session.js'

/**
 * Makes modules ready to be run one after another, a step at a time, for one sequence: to generate one, or to follow
 * one as it comes in.
 *
 *     const session = compile([embedding, lstm, output])
 *     let logits = session.step(first)
 *     while (…) logits = session.step(sample(logits, { rng }))
 *
 * The modules are `Linear`, `RNN`, `LSTM` and `GRU` (of one direction), their cells, and first, if at all, an
 * `Embedding`; also in a `Sequential`. `Dropout` is passed over. The weights are copied: that they change later
 * is not seen before `session.reload()`.
 *
 * @throws UnrollError that names the module when one cannot be compiled, or does not fit to the one before it.
 */
export function compile(modules: readonly Module[]): Session {
  if (!Array.isArray(modules)) fail('compile', `wants a list of modules, got ${kindOf(modules)}`)
  const parts = modules.flatMap(partsOf)
  if (parts.length === 0) fail('compile', 'wants modules that compute something, got none')
  for (let i = 1; i < parts.length; i++) checkFit(parts[i - 1], parts[i])
  return new Session(parts, parts[0].dtype)
}

function checkFit(before: Part, { name, takes, dtype }: Part): void {
  if ('indices' in takes)
    fail('compile', `${name} takes an index and can only be the first, but ${before.name} comes before it`)
  if (takes.length !== before.gives)
    fail(
      'compile',
      `${name} takes ${takes.length} numbers, but ${before.name} before it gives ${before.gives}`,
    )
  if (dtype !== before.dtype)
    fail('compile', `${name} is of dtype ${dtype}, but ${before.name} before it of ${before.dtype}`)
}
