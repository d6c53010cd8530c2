import type { CallSite } from '../../call-site.js'
import type { DType, TypedArray } from '../../dtype.js'
import { DeviceArray } from '../../kernels/elements.js'
import type { Kernels } from '../../kernels/kernels.js'
import type { Storage } from '../../storage.js'
import type { Program } from '../program.js'
import type { Trace } from './trace.js'

/** Where a value of a traced step comes from. */
export type Source =
  /** Handed in at every step: the k-th tensor of the input. */
  | { readonly kind: 'input'; readonly index: number }
  /** A tensor of the host's, as it is when the step begins. */
  | { readonly kind: 'host'; readonly storage: Storage }
  /** Made anew by the host for every step. */
  | { readonly kind: 'fed' }
  | { readonly kind: 'computed'; readonly program: Program; readonly args: readonly (Value | number)[] }

/** A value of a step that is being traced: not the elements, but how they are come by. */
export class Value extends DeviceArray {
  constructor(
    readonly trace: Trace,
    readonly number: number,
    readonly source: Source,
    readonly dtype: DType,
    readonly length: number,
    /** Where in the user's code it was made. */
    readonly site: () => CallSite | undefined,
  ) {
    super()
  }

  get device(): Kernels {
    return this.trace.kernels
  }

  /** For messages. */
  get origin(): string {
    const { source } = this
    const site = this.site()
    const made = {
      input: () => 'an input of the step',
      host: () => 'a tensor that the step was given',
      fed: () => 'drawn by the host',
      computed: () => `made by ${(source as { program: Program }).program.name}`,
    }[source.kind]()
    return site ? `${made} at ${site}` : made
  }

  get isThere(): boolean {
    return false
  }

  async read(): Promise<TypedArray> {
    return this.refuse('read')
  }

  refuse(op: string): never {
    return this.trace.refuse(
      op,
      `asks for a value that is not there yet, as a step is compiled before it runs (${this.origin}); return it from the step to have it`,
    )
  }

  check(test: (data: TypedArray) => void): void {
    if (this.source.kind === 'input') this.trace.elementChecks.push({ of: this.source.index, test })
  }

  keep(): void {}

  /** @throws UnrollError when it is of another trace. */
  checkOf(trace: Trace, op: string): void {
    if (this.trace === trace) return
    trace.refuse(
      op,
      `a value of an earlier run of a compiled step (${this.origin}) is used in the next: what goes on from step to step is a tensor changed in place (assign), or is returned and handed in again; gradients want zeroGrad() first`,
    )
  }
}
