import { fail, kindOf } from '@unroll/tensor'

/**
 * The words of a text, and its punctuation marks, one by one: `'It’s 3 o’clock!'` to `['It’s', '3', 'o’clock', '!']`.
 * White space is left out. Capitals stay: `words(text.toLowerCase())` takes them for the same.
 */
export function words(text: string): string[] {
  if (typeof text !== 'string') fail('words', `wants a text, got ${kindOf(text)}`)
  return text.match(/[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}\p{N}]+)*|[^\s\p{L}\p{M}\p{N}]/gu) ?? []
}
