import { UnrollError } from '../../errors.js'
import type { DeviceArray } from '../../kernels/elements.js'
import type { Program } from '../program.js'
import type { GpuArray } from './gpu-array.js'
import type { Session } from './session.js'

/** So many wait for the next reading; with more they are looked at without one. */
const limit = 1000

/** The number of the first of some assertions that does not hold, or 0: by that of those before, and the value of the next. */
const firstFailure: Program = {
  name: 'assert',
  key: '',
  size: 1,
  source: () => `function (first, x, number) {
    if (first[0] === 0 && x[0] === 0) { return number; }
    return first[0];
  }`,
}

/** What has to hold of values that are not there yet: found out when something is read. */
export class Assertions {
  #first: GpuArray | undefined
  #messages: (() => string)[] = []
  /** What was found out when nobody was reading. */
  #failure: Error | undefined

  constructor(private readonly session: Session) {}

  /** @param x one element, which must be other than 0 */
  add(x: DeviceArray, message: () => string): void {
    const { session } = this
    const former = this.#first ?? session.upload('assert', Float32Array.of(0))
    const first = session.run(firstFailure, [former, x, this.#messages.length + 1], 'float32')
    first.keep()
    session.memory.free(former.block)
    this.#first = first
    this.#messages.push(message)
    if (this.#messages.length === limit)
      this.check().catch((error) => {
        this.#failure = error
      })
  }

  /** @throws UnrollError for the first that does not hold of those added since the last time. */
  async check(): Promise<void> {
    const failure = this.#failure
    this.#failure = undefined
    if (failure) throw failure
    const first = this.#first
    if (!first) return
    const messages = this.#messages
    this.#first = undefined
    this.#messages = []
    const number = this.session.download(first.block)
    this.session.memory.free(first.block)
    const [failed] = await number
    if (failed > 0) throw new UnrollError(messages[failed - 1]())
  }
}
