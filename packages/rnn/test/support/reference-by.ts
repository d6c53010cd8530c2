import { type DeviceArray, type Kernels, reference, type Strided, type TypedArray } from '@unroll/tensor'

/** A call of one of the reference's kernels, with what it was handed. */
export interface Call {
  readonly kernel: (...args: never[]) => unknown
  readonly args: readonly unknown[]
  /** Those of the operands that it changes in place. */
  readonly targets: readonly Strided[]
}

/** The reference's kernels, with `make` between: for devices that only seem to be ones. */
export function referenceBy(make: (call: Call) => unknown): Kernels {
  const through =
    (name: string, kernel: Call['kernel']) =>
    (...args: unknown[]) =>
      make({ kernel, args, targets: targetsOf(name, args) })
  const kernels = Object.entries(reference).map(([name, kernel]) => {
    if (typeof kernel === 'function') return [name, through(name, kernel as Call['kernel'])]
    if (typeof kernel !== 'object') return [name, kernel]
    const passes = Object.entries<Call['kernel']>(kernel).map(([pass, body]) => [pass, through(name, body)])
    return [name, Object.fromEntries(passes)]
  })
  return Object.fromEntries(kernels)
}

/** Everything of a kind in what a kernel is handed or gives, however deep, replaced. What it saves for itself stays. */
export function replaced<Kind>(
  value: unknown,
  isWanted: (value: unknown) => value is Kind,
  replace: (found: Kind) => unknown,
): unknown {
  if (isWanted(value)) return replace(value)
  if (Array.isArray(value)) return value.map((item) => replaced(item, isWanted, replace))
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value
  const entries = Object.entries(value).map(([name, item]) => [
    name,
    name === 'saved' ? item : replaced(item, isWanted, replace),
  ])
  return Object.fromEntries(entries)
}

export function isTypedArray(value: unknown): value is TypedArray {
  return ArrayBuffer.isView(value)
}

export function isStrided(value: unknown): value is Strided {
  return typeof value === 'object' && value !== null && 'storage' in value && 'strides' in value
}

/** The operand over other elements, which are on the host. */
export function over({ shape, strides, offset }: Strided, data: TypedArray): Strided {
  return { storage: { data }, shape, strides, offset }
}

/** As a GPU has it: there is no float64. */
export function rounded(data: TypedArray): TypedArray {
  return data instanceof Float64Array ? Float32Array.from(data) : data
}

export function dtypeOf(data: TypedArray): DeviceArray['dtype'] {
  if (data instanceof Uint8Array) return 'bool'
  return data instanceof Int32Array ? 'int32' : 'float32'
}

function targetsOf(name: string, args: readonly unknown[]): Strided[] {
  const steps = ['sgd', 'adam', 'rmsprop', 'adagrad']
  if (name === 'put') return args.slice(0, 1).filter(isStrided)
  if (!steps.includes(name)) return []
  const found: Strided[] = []
  replaced([args[0], args[2]], isStrided, (x) => found.push(x)) // the gradient, between them, stays
  return found
}
