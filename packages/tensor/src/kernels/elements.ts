import type { DType, TypedArray } from '../dtype.js'
import type { Kernels } from './kernels.js'

/** What a tensor is made of: an array of the host's, or one in the memory of a device. */
export type Elements = TypedArray | DeviceArray

/**
 * Elements in the memory of a device. Only the device's own kernels compute with them, and they cannot be read
 * at once: reading waits for the device.
 */
export abstract class DeviceArray {
  abstract readonly device: Kernels
  abstract readonly dtype: DType
  abstract readonly length: number
  /** False when they cannot be had any more, or never could: freed with a scope, or of a step that was only traced. */
  abstract readonly isThere: boolean

  /** The elements, as soon as they are there. */
  abstract read(): Promise<TypedArray>

  /** Says why `op` cannot have the elements at once, and what to do instead. */
  abstract refuse(op: string): never

  /** Checks the elements where they can be seen: at once if the host has a copy, later or not at all if not. */
  abstract check(test: (data: TypedArray) => void): void

  /** They have become those of a tensor that was there before them: they live as long as it does. */
  abstract keep(): void
}
