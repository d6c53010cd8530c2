import { add, type Kernels, type Strided, square, type Tensor } from '@unroll/tensor'
import { shapes, tensors } from '@unroll/tensor/testing'
import fc from 'fast-check'
import { type CaseOptions, type KernelCase, kernelCase, type Results } from '../kernel-case.js'

type Name = 'sgd' | 'adam' | 'rmsprop' | 'adagrad'

/** What a step changes in place, by name: the parameter p and what is remembered of it. */
type Targets = Readonly<Record<string, Tensor | undefined>> & { readonly p: Tensor }

const rate = fc.constantFrom(0, 0.01, 0.3)
const common = fc.record({ lr: rate, weightDecay: rate })
const count = fc.integer({ min: 1, max: 30 })

/*
 * All that lies in the storages is compared, relative to 8 + the value: what a value is the difference of is up to 4 each.
 */
export const optimizers: Record<Name, KernelCase> = {
  sgd: stepCase({
    operands: fc
      .record({
        ...parameters(),
        common,
        momentum: fc.constantFrom(0, 0.9),
        dampening: fc.constantFrom(0, 0.3),
        ahead: fc.boolean(),
      })
      .chain(({ shape, common, ahead, ...rest }) =>
        withTensors(shape, {
          ...rest,
          ...common,
          nesterov: ahead && rest.momentum > 0,
        }),
      ),
    targets: ({ p, m: v, options }) => ({ p, v: options.momentum ? v : undefined }),
    step: (k, { p, v }, g, options) => k.sgd(p, g, v, () => options),
  }),

  adam: stepCase({
    operands: fc
      .record({ ...parameters(), common, decoupled: fc.boolean(), step: count, amsgrad: fc.boolean() })
      .chain(({ shape, common, ...rest }) =>
        withTensors(shape, { ...rest, ...common, betas: [0.9, 0.99] as const, eps: 1e-3 }),
      ),
    targets: ({ p, m, v, s, options }) => ({ p, m, v, largest: options.amsgrad ? s : undefined }),
    step: (k, { p, m, v, largest }, g, options) =>
      k.adam(p, g, { m, v, ...(largest && { largest }) } as never, () => options),
  }),

  rmsprop: stepCase({
    operands: fc
      .record({
        ...parameters(),
        common,
        alpha: fc.constantFrom(0.5, 0.9),
        momentum: fc.constantFrom(0, 0.9),
        centered: fc.boolean(),
      })
      .chain(({ shape, common, ...rest }) => withTensors(shape, { ...rest, ...common, eps: 0.1 }))
      .map(({ v, m, options, ...rest }) => {
        // A variance that is not all rounding.
        if (options.centered) v.assign(add(v, add(square(m), 1)))
        return { v, m, options, ...rest }
      }),
    targets: ({ p, m, v, s, options }) => ({
      p,
      v,
      m: options.centered ? m : undefined,
      b: options.momentum ? s : undefined,
    }),
    step: (k, { p, v, m, b }, g, options) =>
      k.rmsprop(p, g, { v, ...(m && { m }), ...(b && { b }) } as never, () => options),
  }),

  adagrad: stepCase({
    operands: fc
      .record({ ...parameters(), common, lrDecay: rate, step: count })
      .chain(({ shape, common, ...rest }) => withTensors(shape, { ...rest, ...common, eps: 0.1 })),
    targets: ({ p, s }) => ({ p, s }),
    step: (k, { p, s }, g, options) => k.adagrad(p, g, s as Strided, () => options),
  }),
}

/** A parameter that can be changed in place, its gradient, and three slots, the last two not negative. */
function withTensors<Options>(shape: readonly number[], options: Options) {
  const like = (min: number) => tensors({ shape, min, expanded: false })
  return fc.record({
    p: like(-4),
    g: tensors({ shape }),
    m: like(-4),
    v: like(0),
    s: like(0),
    options: fc.constant(options),
  })
}

function parameters() {
  return { shape: shapes({ minLength: 0, maxLength: 9, maxRank: 3 }) }
}

interface Operands<Options> {
  readonly p: Tensor
  readonly g: Tensor
  readonly m: Tensor
  readonly v: Tensor
  readonly s: Tensor
  readonly options: Options
}

interface StepCase<Options> {
  readonly operands: fc.Arbitrary<Operands<Options>>
  readonly targets: (operands: Operands<Options>) => Targets
  readonly step: (
    k: Kernels,
    targets: Readonly<Record<string, Strided | undefined>> & { readonly p: Strided },
    g: Strided,
    options: Options,
  ) => void
}

function stepCase<Options>({ operands, targets, step }: StepCase<Options>): KernelCase {
  const call: CaseOptions<Operands<Options>>['call'] = (k, given, lay) => {
    const changed = Object.fromEntries(
      Object.entries(targets(given)).map(([name, x]) => [name, x && lay(x)]),
    ) as { readonly p: Strided }
    step(k, changed, lay(given.g), given.options)
    const storages = Object.entries<Strided | undefined>({ ...changed })
    return Object.fromEntries(
      storages.map(([name, x]) => [name, x && (x.storage.elements ?? x.storage.data)]),
    ) as Results
  }
  return kernelCase({
    family: 'optimizers',
    operands: () => operands,
    call,
    scale: (_, __, want) =>
      Object.fromEntries(
        Object.entries(want).flatMap(([name, values]) =>
          values ? [[name, values.map((value) => 8 + Math.abs(value))]] : [],
        ),
      ),
  })
}
