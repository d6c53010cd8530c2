import { fail, Tensor } from '@unroll/tensor'

/** A piece of every stream: `inputs` and `targets`, both [batch, time]. */
export interface Window {
  inputs: Tensor
  /** The character after each of the inputs. */
  targets: Tensor
  /** True where the streams begin, so that there is no state to carry on from. */
  isFirst: boolean
}

/**
 * A text read as parallel streams, a window of time after the other: what truncated backpropagation
 * through time wants.
 *
 *     text      Call me Ishmael. Some years ago—never mind how long precisely—having …
 *     stream 0  [Call me I][shmael. S][ome years]…   the state is carried from window to window,
 *     stream 1  [ago—never][ mind how][ long pre]…   the gradient is not
 *
 * Each of the text's characters but its first is a target once an epoch, except for the fewer than
 * `batch` last ones, which would give streams of different lengths. The last window of an epoch is
 * the shorter where `bptt` does not divide the length of a stream.
 */
export class Streams {
  /** The number of targets in each stream. */
  readonly length: number
  /** The number of windows in an epoch. */
  readonly windows: number

  /** @throws UnrollError when the text is too short to give each stream a target. */
  constructor(
    readonly text: Int32Array,
    readonly batch: number,
    readonly bptt: number,
  ) {
    this.length = Math.floor((text.length - 1) / batch)
    if (this.length < 1)
      fail(
        'batches',
        `${text.length} characters are too few for ${batch} streams (want ${batch + 1} or more)`,
      )
    this.windows = Math.ceil(this.length / bptt)
  }

  /** The text that the streams are made of: what another model must read to be judged by the same targets. */
  get covered(): Int32Array {
    return this.text.subarray(0, this.batch * this.length + 1)
  }

  /** The window that training step 0, 1, … reads. So the position in the text is the number of the step. */
  window(step: number): Window {
    const { text, batch, length, bptt } = this
    const start = (step % this.windows) * bptt
    const time = Math.min(bptt, length - start)
    const cut = (shift: number) => {
      const rows = new Int32Array(batch * time)
      for (let b = 0; b < batch; b++) {
        const at = b * length + start + shift
        rows.set(text.subarray(at, at + time), b * time)
      }
      return Tensor.from(rows, [batch, time])
    }
    return { inputs: cut(0), targets: cut(1), isFirst: start === 0 }
  }
}
