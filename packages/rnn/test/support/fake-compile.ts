import { Variable } from '@unroll/autograd'
import {
  copy,
  DeviceArray,
  type DType,
  fail,
  type Kernels,
  type Shape,
  type Strided,
  Tensor,
  type TypedArray,
  UnrollError,
  withKernels,
  zeros,
} from '@unroll/tensor'
import { dtypeOf, isStrided, isTypedArray, over, referenceBy, replaced, rounded } from './reference-by.js'

/**
 * A step that is run once (twice, as the real thing does it) to see what it does, and then replayed without it. By calls of the reference.
 * @returns what runs a step: the input's tensors are those of the host, and so is the scalar that the step gives.
 */
export function fakeCompile(
  step: (...inputs: Tensor[]) => Variable | Tensor,
): (...inputs: Tensor[]) => TypedArray {
  let traced: Traced | undefined
  return (...inputs) => {
    if (!traced) new Traced(step, inputs)
    traced ??= new Traced(step, inputs)
    return traced.replay(inputs)
  }
}

/** A value of a step: of each replay another. */
class Value extends DeviceArray {
  readonly isThere = false
  constructor(
    readonly device: Kernels,
    public data: TypedArray,
  ) {
    super()
  }

  get dtype() {
    return dtypeOf(this.data)
  }

  get length() {
    return this.data.length
  }

  read(): Promise<TypedArray> {
    return this.refuse('read')
  }

  refuse(op: string): never {
    return fail(op, 'asks for a value that is not there yet')
  }

  check(): void {}

  keep(): void {}
}

class Traced {
  readonly #hostActions: (() => void)[] = []
  readonly #calls: (() => void)[] = []
  readonly #assertions: (() => void)[] = []
  /** What a forward pass saved as the step was traced, and what it saves now. */
  readonly #saved = new Map<unknown, unknown>()
  readonly #inputs: readonly Value[]
  readonly #result: Tensor
  readonly #kernels: Kernels = {
    ...referenceBy((call) => this.#record(call)),
    name: 'fake, in a step that is compiled',
    tracer: {
      fed: (shape, dtype, make) => this.#fed(shape, dtype, make),
      reads: () => {},
      changes: () => {},
      checks: ({ data }, test) => test(data),
      goesBy: () => {},
      refuse: fail,
      asserts: (x, message) =>
        void this.#assertions.push(() => {
          if ((x as Value).data[0] === 0) throw new UnrollError(message())
        }),
      effect: (run) => void this.#hostActions.push(run),
    },
  }

  constructor(step: (...inputs: Tensor[]) => Variable | Tensor, inputs: readonly Tensor[]) {
    this.#inputs = inputs.map(({ data }) => new Value(this.#kernels, data.slice()))
    const given = inputs.map(({ shape }, k) => Tensor.from(this.#inputs[k], shape))
    this.#result = withKernels(this.#kernels, () => {
      const y = step(...given)
      return copy(y instanceof Variable ? y.value : y)
    })
  }

  replay(inputs: readonly Tensor[]): TypedArray {
    for (const [k, { data }] of inputs.entries()) this.#inputs[k].data = data.slice()
    for (const act of this.#hostActions) act()
    for (const call of this.#calls) call()
    for (const check of this.#assertions) check()
    return this.#dataOf(this.#result).slice()
  }

  #record({ kernel, args, targets }: Parameters<Parameters<typeof referenceBy>[0]>[0]): unknown {
    const given = args.map((arg) =>
      targets.length && typeof arg === 'function' ? this.#asked(arg as () => unknown) : arg,
    )
    const call = () => {
      const known = given.map((arg) => {
        if (this.#saved.has(arg)) return this.#saved.get(arg)
        const operands = replaced(arg, isStrided, (x) => over(x, this.#dataOf(x)))
        return replaced(operands, isValue, ({ data }) => data)
      })
      return kernel(...(known as never[]))
    }
    if (targets.length) return void this.#calls.push(call)
    const first = call()
    const values: Value[] = []
    const result = replaced(first, isTypedArray, (data) => {
      values.push(new Value(this.#kernels, rounded(data)))
      return values[values.length - 1]
    })
    const savedBy = (y: unknown) => (y as { saved?: unknown })?.saved
    this.#calls.push(() => {
      const again = call()
      let k = 0
      replaced(again, isTypedArray, (data) => {
        values[k++].data = rounded(data)
      })
      if (savedBy(first)) this.#saved.set(savedBy(first), savedBy(again))
    })
    return result
  }

  /** The options of a step: asked for before each replay, and not now. */
  #asked(options: () => unknown): () => unknown {
    let now: unknown
    this.#hostActions.push(() => {
      now = options()
    })
    return () => now
  }

  #fed(shape: Shape, dtype: DType, make: () => TypedArray): Tensor {
    const value = new Value(this.#kernels, zeros(shape, { dtype }).data)
    this.#hostActions.push(() => {
      value.data = make()
    })
    return Tensor.from(value, shape)
  }

  #dataOf({ storage }: Strided): TypedArray {
    return storage.elements instanceof Value ? storage.elements.data : rounded(storage.data)
  }
}

function isValue(x: unknown): x is Value {
  return x instanceof Value
}
