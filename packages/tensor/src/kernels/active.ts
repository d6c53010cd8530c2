import type { DType } from '../dtype.js'
import { fail } from '../errors.js'
import type { Tensor } from '../tensor.js'
import type { Kernels } from './kernels.js'
import { reference } from './reference/index.js'
import { wasm } from './wasm/index.js'

let active: Kernels = wasm

/** The kernels that compute tensors of this dtype on the host: float64 is for checking, so the reference does it. */
export function kernelsFor(dtype: DType): Kernels {
  return dtype === 'float64' ? reference : active
}

/**
 * The kernels for an op on these operands: those of the device that they are on.
 * @throws UnrollError when they are on two devices, or the device has no such dtype.
 */
export function kernelsOf(op: string, dtype: DType, ...operands: readonly (Tensor | undefined)[]): Kernels {
  let device: Kernels | undefined
  for (const x of operands) device ??= x?.storage.device
  if (device === undefined) {
    const kernels = kernelsFor(dtype)
    // Of a step that is traced, what is of float64 is computed here and now.
    if (kernels !== active) for (const x of operands) if (x) tracer()?.reads(op, x.storage)
    return kernels
  }
  for (const x of operands) if (x) checkDevice(op, x, device)
  if (dtype === 'float64') fail(op, `${device.name} has no float64`)
  return device
}

/**
 * As `kernelsOf`, for an op that changes `targets` in place. What follows from a rule goes over to the device of the others;
 * a single number does not, as it may be what somebody holds on the host.
 */
export function kernelsToChange(
  op: string,
  dtype: DType,
  targets: readonly Tensor[],
  ...operands: readonly Tensor[]
): Kernels {
  for (const { storage } of targets) tracer()?.changes(op, storage)
  const kernels = kernelsOf(op, dtype, ...targets, ...operands)
  const isDevice = kernels !== active && kernels !== reference
  if (isDevice && targets.some(({ storage }) => storage.device === undefined && !storage.isRule))
    failMixed(op, kernels.name, 'the host')
  return kernels
}

/** What follows from a rule, or is a single number, may be used on any device; all tensors on the kernels in force. */
function checkDevice(op: string, x: Tensor, device: Kernels): void {
  const own = x.storage.device
  if (own !== undefined && own !== active)
    active.tracer?.refuse(
      op,
      `an operand is on ${own.name}; a step that is compiled takes tensors of the host`,
    )
  if (own === device) return
  if (own === undefined && (device === active || x.rank === 0 || x.storage.isRule)) return
  failMixed(op, device.name, own?.name ?? 'the host')
}

function failMixed(op: string, one: string, other: string): never {
  const names = one === other ? `both called ${one}` : `${one} and ${other}`
  fail(op, `its operands are on two devices, ${names}: bring them together with x.to(device)`)
}

/** What watches the step that is being traced, if one is. */
export function tracer(): Kernels['tracer'] {
  return active.tracer
}

/**
 * Runs `body` with other kernels, and restores the former ones.
 * @throws UnrollError when `body` is asynchronous: it would go on after they are restored.
 */
export function withKernels<T>(kernels: Kernels, body: () => T): T {
  const former = active
  active = kernels
  try {
    const result = body()
    if (result instanceof Promise) {
      result.catch(() => {}) // it goes on under other kernels: what comes of that is of no interest
      fail('withKernels', 'the body must not be asynchronous')
    }
    return result
  } finally {
    active = former
  }
}
