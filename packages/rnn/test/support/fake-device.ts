import { DeviceArray, fail, type Kernels, type Strided, type TypedArray, UnrollError } from '@unroll/tensor'
import { dtypeOf, isStrided, isTypedArray, over, referenceBy, replaced, rounded } from './reference-by.js'

/** A device that computes as the reference does, in float32, but keeps what it has to itself until it is waited for. */
export function fakeDevice(name = 'fake'): Kernels {
  const failed: string[] = []
  const device: Kernels = {
    ...referenceBy(({ kernel, args, targets }) => {
      const copies = new Map(targets.map(({ storage }) => [storage, elementsOf(storage).slice()]))
      const dataOf = (x: Strided) => over(x, copies.get(x.storage) ?? elementsOf(x.storage))
      const given = replaced(replaced(args, isStrided, dataOf), isFake, ({ data }) => data)
      const result = kernel(...(given as never[]))
      for (const [storage, data] of copies) storage.elements = new FakeArray(device, data, failed, false)
      return replaced(result, isTypedArray, (data) => new FakeArray(device, rounded(data), failed, false))
    }),
    name,
    upload: (data) => new FakeArray(device, data.slice(), failed, true),
    assert(x, message) {
      if (elementsOf({ data: new Uint8Array(), elements: x })[0] === 0) failed.push(message())
    },
  }
  return device
}

class FakeArray extends DeviceArray {
  readonly isThere = true
  constructor(
    readonly device: Kernels,
    readonly data: TypedArray,
    private readonly failed: string[],
    private readonly fromHost: boolean,
  ) {
    super()
  }

  get dtype() {
    return dtypeOf(this.data)
  }

  get length() {
    return this.data.length
  }

  async read(): Promise<TypedArray> {
    const [problem] = this.failed.splice(0)
    if (problem !== undefined) throw new UnrollError(problem)
    return this.data.slice()
  }

  refuse(op: string): never {
    return fail(op, `the values are on ${this.device.name}: await x.read()`)
  }

  check(test: (data: TypedArray) => void): void {
    if (this.fromHost) test(this.data)
  }

  keep(): void {}
}

function isFake(x: unknown): x is FakeArray {
  return x instanceof FakeArray
}

function elementsOf(storage: Strided['storage']): TypedArray {
  const { elements } = storage
  return elements instanceof FakeArray ? elements.data : rounded(storage.data)
}
