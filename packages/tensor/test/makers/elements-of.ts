import { DeviceArray, type Elements, type TypedArray } from '@unroll/tensor'

/** Elements on the host, wherever they are. */
export async function elementsOf(x: Elements): Promise<TypedArray> {
  return x instanceof DeviceArray ? x.read() : x
}
