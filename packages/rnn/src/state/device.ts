import {
  copy,
  DeviceArray,
  fail,
  formatShape,
  type Kernels,
  kindOf,
  type Storage,
  Tensor,
} from '@unroll/tensor'
import { stateEntries } from './load-state.js'

/**
 * Copies on the host of the tensors of a state dict, such as a model on a device gives: the way to `writeSafetensors`.
 *
 *     writeSafetensors(await fetchState(model.stateDict()))
 *
 * @throws UnrollError when they are not tensors by key; and what the device has to say when it cannot be read.
 */
export async function fetchState<Key extends string>(
  state: Readonly<Record<Key, Tensor>>,
): Promise<Record<Key, Tensor>> {
  const entries = [...stateEntries('fetchState', state)].map(([key, x]) => {
    if (!(x instanceof Tensor)) fail('fetchState', `wants tensors, got ${kindOf(x)} for ${key}`)
    return fetchTensor(x).then((fetched) => [key, fetched] as const)
  })
  return Object.fromEntries(await Promise.all(entries)) as Record<Key, Tensor>
}

/** A copy on the host. */
export async function fetchTensor(x: Tensor): Promise<Tensor> {
  return x.device ? Tensor.from(await x.read(), x.shape) : copy(x)
}

/** False of what a scope or a compiled step has left behind, such as gradients: there are no elements to be had. */
export function isThere({ storage: { elements } }: Tensor): boolean {
  return !(elements instanceof DeviceArray) || elements.isThere
}

/**
 * Brings elements to a device, in place: all tensors that share them stay as they are.
 * @param named what they belong to, for messages
 * @throws UnrollError when one is of float64 or on another device, or the device has no memory; nothing is then moved.
 */
export function moveToDevice(named: Iterable<readonly [name: string, x: Tensor]>, device: Kernels): void {
  const storages = new Map<Storage, string>()
  for (const [name, { storage, shape, dtype }] of named) {
    const what = `${name} ${formatShape(shape)}`
    if (dtype === 'float64') fail('to', `${what} is of float64, which a device does not have`)
    if (storage.device === device) continue
    if (storage.device) fail('to', `${what} is on ${storage.device.name}: await toHost() first`)
    storages.set(storage, what)
  }
  if (typeof device?.upload !== 'function')
    fail('to', `wants kernels with a memory of their own, got ${device?.name ?? kindOf(device)}`)
  const { upload } = device
  const moved = [...storages.keys()].map((storage) => [storage, upload(storage.data)] as const)
  for (const [storage, elements] of moved) storage.elements = elements
}

/** Brings elements back to the host, in place: when all of them are there. Meanwhile nothing may change them. */
export async function readToHost(storages: Iterable<Storage>): Promise<void> {
  const reads = [...new Set(storages)].map(async (storage) => {
    const { elements } = storage
    return elements instanceof DeviceArray ? ([storage, await elements.read()] as const) : undefined
  })
  for (const read of await Promise.all(reads)) if (read) read[0].elements = read[1]
}
