import {
  checkpoint,
  detectAnomaly,
  fused,
  grad,
  gradients,
  isRecording,
  jvp,
  noGrad,
  parameter,
  type Variable,
  variable,
  where,
} from '@unroll/autograd'
import { checkGradients, expressions } from '@unroll/autograd/testing'
import { tensor, UnrollError } from '@unroll/tensor'
import { describe, expect, test } from 'vitest'

const { NEGATIVE_INFINITY, POSITIVE_INFINITY } = Number

/** What is thrown, with the lines of this file as their text. */
function thrownBy(body: () => unknown): string {
  try {
    body()
  } catch (error) {
    if (!(error instanceof UnrollError)) throw error
    return error.message
  }
  return 'nothing'
}

/** Where the function that it is called from calls it: the line of the op that stands beside it. */
function here(): string {
  const [, , frame] = (new Error('here').stack ?? '').split('\n')
  return /([^ (]*anomaly\.test\.ts:\d+):/.exec(frame)?.[1] ?? 'not found'
}

describe('forward', () => {
  test('the op that first made an infinity is named, with its operands and the line that called it', () => {
    const x = parameter(
      [
        [1, 0],
        [4, 0],
      ],
      { name: 'w' },
    )
    let line = ''
    const message = thrownBy(() =>
      detectAnomaly(() => {
        const h = x.mul(2)
        const [y, at] = [() => h.div(x), here()]
        line = at
        return y().sum()
      }),
    )
    expect(message).toContain(
      'detectAnomaly: div made NaN (2 of 4 elements, first at [0, 1]) in its result [2, 2] float32, ' +
        'from a [2, 2] float32 (finite), b w [2, 2] float32 (finite); called at ',
    )
    expect(message).toContain(`${line}:`)
  })

  test('of each kind of op', () => {
    const x = parameter([-1, 1])
    const big = parameter([3e38])
    const made = (body: () => unknown) => thrownBy(() => detectAnomaly(body)).split(' in its')[0]
    expect(made(() => x.log())).toBe('detectAnomaly: log made NaN (1 of 2 elements, first at [0])')
    expect(made(() => x.add(1).log())).toBe(
      'detectAnomaly: log made -Infinity (1 of 2 elements, first at [0])',
    )
    expect(made(() => big.mul(2))).toBe('detectAnomaly: mul made Infinity')
    expect(made(() => variable([0]).pow(-1))).toBe('detectAnomaly: pow made Infinity')
    expect(made(() => noGrad(() => x.sqrt()))).toContain('sqrt made NaN')
    expect(made(() => double(big))).toBe('detectAnomaly: double made Infinity')
    expect(made(() => double(big.detach()))).toBe('detectAnomaly: double made Infinity')
    expect(made(() => big.cast('float64').mul(2).cast('float32'))).toBe('detectAnomaly: cast made Infinity')
  })

  test('NaN is looked for before infinities', () => {
    const x = parameter([0, -1, 1, -1])
    expect(thrownBy(() => detectAnomaly(() => x.log()))).toContain(
      'log made NaN (2 of 4 elements, first at [1])',
    )
  })

  test('what was given passes, until it becomes worse', () => {
    const mask = tensor([0, NEGATIVE_INFINITY, 0])
    const x = parameter([1, 2, 3])
    const attend = (mask: ReturnType<typeof tensor>) =>
      detectAnomaly(() =>
        x
          .add(mask)
          .softmax(-1)
          .mul(tensor([1, 2, 3]))
          .sum()
          .backward(),
      )
    attend(mask)
    expect(x.grad?.data.every(Number.isFinite)).toBe(true)
    expect(thrownBy(() => attend(tensor([0, 0, 0]).sub(POSITIVE_INFINITY)))).toContain(
      'softmax made NaN (3 of 3 elements, first at [0]) in its result [3] float32, ' +
        'from x [3] float32 (-Infinity (3 of 3 elements, first at [0])); called at ',
    )
    const masked = [
      () => where(tensor([true, false, true]), x, NEGATIVE_INFINITY).logSumExp(),
      () => x.pad([[1, 1]], NEGATIVE_INFINITY).max(),
      () => x.mul(Number.NaN).add(1),
    ]
    for (const body of masked) expect(thrownBy(() => detectAnomaly(body))).toBe('nothing')
  })

  test('inputs: what is given is refused, too', () => {
    const x = parameter([1, Number.NaN], { name: 'x0' })
    const strict = (body: () => unknown) => thrownBy(() => detectAnomaly(body, { inputs: true }))
    expect(strict(() => x.mul(2))).toContain(
      'detectAnomaly: mul was given NaN (1 of 2 elements, first at [1]) in a x0 [2] float32; called at ',
    )
    expect(strict(() => parameter([1]).add(POSITIVE_INFINITY))).toContain(
      'add was given Infinity in b Infinity; called at',
    )
    expect(strict(() => double(x))).toContain('double was given NaN')
    expect(strict(() => parameter([1]).square().sum().backward())).toBe('nothing')
  })

  test('infinity: false looks for NaN alone', () => {
    const x = parameter([0, 1])
    const nan = (body: () => unknown, inputs = false) =>
      thrownBy(() => detectAnomaly(body, { infinity: false, inputs }))
    expect(nan(() => x.log())).toBe('nothing')
    expect(nan(() => x.log().mul(x))).toContain('mul made NaN (1 of 2 elements, first at [0])')
    expect(nan(() => x.add(POSITIVE_INFINITY), true)).toBe('nothing')
  })
})

describe('on the way back', () => {
  test('the op whose rule made it is named, with the line that called the op', () => {
    const x = parameter([4, 0])
    let line = ''
    const message = thrownBy(() =>
      detectAnomaly(() => {
        const [root, at] = [() => x.sqrt(), here()]
        line = at
        const y = root().mul(3).sum()
        y.backward()
      }),
    )
    expect(message).toContain(
      'detectAnomaly: on the way back, sqrt made Infinity (1 of 2 elements, first at [1]) in the gradient ' +
        'by input 0 [2] float32, from dy [2] float32 (finite), y [2] float32 (finite); sqrt was called at ',
    )
    expect(message).toContain(`${line}:`)
  })

  test('0 · ∞ behind a where', () => {
    const x = parameter([4, 0])
    const loss = () => where(x.value.greater(0), x.sqrt(), 0).sum()
    expect(thrownBy(() => detectAnomaly(() => loss().backward()))).toContain('sqrt made NaN')
    expect(thrownBy(() => detectAnomaly(() => gradients(loss(), [x])))).toContain('sqrt made NaN')
  })

  test('without the forward pass, there is no line', () => {
    const y = parameter([0]).sqrt().sum()
    expect(thrownBy(() => detectAnomaly(() => y.backward()))).toMatch(
      /sqrt was called outside of detectAnomaly, so that its line is not known$/,
    )
  })

  test('gradients that meet', () => {
    const x = parameter([1e-30], { name: 'x' })
    const h = () => x.mul(1)
    const sum = (h: Variable) => h.mul(3e38).add(h.mul(2e38)).sum()
    expect(thrownBy(() => detectAnomaly(() => sum(h()).backward()))).toContain(
      'on the way back, gradients by the result of mul add up to Infinity in [1] float32, ' +
        'from one [1] float32 (finite), another [1] float32 (finite); mul was called at ',
    )
  })

  test('in a gradient by hand', () => {
    const bad = (x: Variable): Variable =>
      fused(
        'bad',
        [x],
        () => ({ outputs: [x.value], backward: ([dy]) => [dy?.div(0)] }),
        (x) => [x.mul(1)],
      )[0]
    const x = parameter([1, 2])
    expect(thrownBy(() => detectAnomaly(() => bad(x).sum().backward()))).toContain(
      'on the way back, bad made Infinity (2 of 2 elements, first at [0]) in the gradient by input 0',
    )
  })

  test('of a gradient of a gradient, the line is that of the op that both belong to', () => {
    const line: string[] = []
    const f = (x: Variable) => {
      const [y, at] = [x.pow(1.5), here()]
      line.push(at)
      return y
    }
    const message = thrownBy(() => detectAnomaly(() => grad(grad(f))(variable(0))))
    expect(message).toContain('on the way back, pow made Infinity')
    expect(message).toContain(`${line[0]}:`)
  })

  test('of a composed form, the line is that of the op that it stands for', () => {
    let line = ''
    const root = (x: Variable) => {
      const forward = () => ({ outputs: [x.value.sqrt()], backward: () => expect.fail('not composed') })
      const [[y], at] = [fused('root', [x], forward, (x) => [x.sqrt()]), here()]
      line = at
      return y
    }
    const message = thrownBy(() => detectAnomaly(() => jvp(root, [variable(0)], [1])))
    expect(message).toContain('on the way back, sqrt made NaN')
    expect(message).toContain(`${line}:`)
  })

  test('within a checkpoint, the op and its line in the body', () => {
    const x = parameter([0])
    let line = ''
    const body = () => {
      const [y, at] = [x.sqrt(), here()]
      line = at
      return [y.mul(2)]
    }
    const message = thrownBy(() => detectAnomaly(() => checkpoint(body)[0].sum().backward()))
    expect(message).toContain('on the way back, sqrt made Infinity')
    expect(message).toContain(`${line}:`)
    expect(thrownBy(() => detectAnomaly(() => checkpoint(() => [x.log()])))).toContain('log made -Infinity')
  })
})

test('changes nothing where all is well', () => {
  const cases = expressions().map(({ f, inputs }) => ({
    f: (...x: Variable[]) => detectAnomaly(() => f(...x)),
    inputs,
  }))
  checkGradients(cases, { seed: 61, numRuns: 8 })
  const dy = detectAnomaly(() => jvp((x: Variable) => x.pow(3), [variable([1, 0])], [1])[1])
  expect(dy.toArray()).toEqual([3, 0])
})

test('gives what the body gives, and ends with it', () => {
  const x = parameter([0])
  expect(detectAnomaly(() => isRecording())).toBe(true)
  expect(thrownBy(() => detectAnomaly(() => x.log()))).toContain('log')
  expect(x.log().item()).toBe(NEGATIVE_INFINITY)
  const nested = () => {
    detectAnomaly(() => x.log(), { infinity: false })
    return x.log()
  }
  expect(thrownBy(() => detectAnomaly(nested))).toContain('log made -Infinity')
  expect(() => detectAnomaly(() => 1, { nan: true } as never)).toThrow(
    'detectAnomaly: has no option nan (it has infinity, inputs)',
  )
  expect(() => detectAnomaly(async () => 1)).toThrow('detectAnomaly: the body must not be asynchronous')
})

function double(x: Variable): Variable {
  return fused(
    'double',
    [x],
    () => ({ outputs: [x.value.mul(2)], backward: ([dy]) => [dy?.mul(2)] }),
    (x) => [x.mul(2)],
  )[0]
}
