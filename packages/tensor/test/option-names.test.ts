import { checkNames, kindOf, tensor, UnrollError } from '@unroll/tensor'
import { describe, expect, test } from 'vitest'

interface Options {
  batchFirst?: boolean
  hiddenSize?: number
  bias?: boolean
}
const names = { batchFirst: true, hiddenSize: true, bias: true } as const
const check = (given: unknown) => () => checkNames<Options>('op', given as Options, names)

describe('checkNames', () => {
  test.each([undefined, {}, { bias: true, hiddenSize: 3 }, { unknown: undefined }])(
    'lets %o pass',
    (given) => {
      expect(check(given)).not.toThrow()
    },
  )

  test.each([
    [{ batch_first: 1 }, 'op: has no option batch_first: did you mean batchFirst?'],
    [{ hidenSize: 1 }, 'op: has no option hidenSize: did you mean hiddenSize?'],
    [{ bais: 1 }, 'op: has no option bais: did you mean bias?'],
    [{ momentum: 1 }, 'op: has no option momentum (it has batchFirst, hiddenSize, bias)'],
    [{ toString: 1 }, 'op: has no option toString (it has batchFirst, hiddenSize, bias)'],
    [3, 'op: wants options by name, as in { batchFirst }, got 3'],
    [null, 'op: wants options by name, as in { batchFirst }, got null'],
    [['bias'], 'op: wants options by name, as in { batchFirst }, got an array'],
  ])('refuses %o', (given, message) => {
    expect(check(given)).toThrow(UnrollError)
    expect(check(given)).toThrow(message)
  })
})

test('kindOf says what a value is', () => {
  const values = [undefined, null, 0.5, 'a', true, [1], {}, tensor(1), () => 1, Object.create(null)]
  expect(values.map(kindOf)).toEqual([
    ...[
      'undefined',
      'null',
      '0.5',
      'string',
      'boolean',
      'an array',
      'Object',
      'Tensor',
      'function',
      'an object',
    ],
  ])
})
