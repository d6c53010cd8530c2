import { type Kernels, kernelsFor, type Strided, sizeOf } from '@unroll/tensor'

/**
 * The kernels that compute float32, which count the multiply–adds of the matrix products on the way: whatever the
 * modules are, this is where their products are made.
 */
export class CountingKernels {
  multiplyAdds = 0
  readonly kernels: Kernels

  constructor() {
    const active = kernelsFor('float32')
    this.kernels = {
      ...active,
      // […, M, K] × […, K, N]
      matmul: (a, b) => {
        this.multiplyAdds += sizeOf(a.shape) * b.shape[b.shape.length - 1]
        return active.matmul(a, b)
      },
      rnnTanh: this.#sequence(active.rnnTanh),
      rnnRelu: this.#sequence(active.rnnRelu),
      lstm: this.#sequence(active.lstm),
      gru: this.#sequence(active.gru),
    }
  }

  /** At each of B · T steps, W x and U h. Padding counts: what it costs is a matter of the kernels. */
  #sequence<Kernel extends Kernels['lstm']>(kernel: Kernel): Kernel {
    return {
      ...kernel,
      forward: (input, save) => {
        const { x, weightIh, weightHh }: Record<'x' | 'weightIh' | 'weightHh', Strided> = input
        this.multiplyAdds += x.shape[0] * x.shape[1] * (sizeOf(weightIh.shape) + sizeOf(weightHh.shape))
        return kernel.forward(input, save)
      },
    }
  }
}
