import { Adam, type AdamOptions } from './adam.js'
import type { Trainable } from './parameter-group.js'

/**
 * Adam that divides by the largest second moment so far, so that its steps never grow back (Reddi et al. 2018,
 * algorithm 2, with Adam's correction of the moments, as in PyTorch): `Adam` with `amsgrad: true`.
 */
export class AMSGrad extends Adam {
  constructor(parameters: Trainable<AdamOptions>, options: Omit<AdamOptions, 'amsgrad'> = {}) {
    super(parameters, { ...options, amsgrad: true })
  }
}
