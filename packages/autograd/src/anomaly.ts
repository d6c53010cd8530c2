import {
  type CallSite,
  callSite,
  checkNames,
  fail,
  formatShape,
  isFloat,
  type OptionNames,
  stackDepth,
  Tensor,
  tracer,
} from '@unroll/tensor'
import type { add as Add } from './ops/arithmetic.js'
import type { Pull, TapeEntry } from './tape.js'
import { type Operand, Variable } from './variable.js'

export interface AnomalyOptions {
  /** Do infinities count, or NaN alone? Default: true. */
  infinity?: boolean
  /** Refuse an op that is given NaN or Infinity from outside too: in a leaf or a constant. Default: false. */
  inputs?: boolean
}

const anomalyOptions: OptionNames<AnomalyOptions> = { infinity: true, inputs: true }

/**
 * Runs `body` and watches every op in it, forward and on the way back. The first that makes a NaN or an infinity throws an
 * error that names it, the shapes of its operands, and the line that called it: for a gradient, the line that called
 * the op whose gradient it is. For looking for a mistake: every result is looked through, and every
 * op recorded takes note of the line. PyTorch's `detect_anomaly`, with the forward pass.
 *
 *     const loss = detectAnomaly(() => {
 *       const loss = mse(model.forward(x), target)
 *       loss.backward()
 *       return loss
 *     })
 *
 * To make one is to give something worse than all that went in: an infinity where all was finite, or NaN where there was none. So
 * an operand may have −∞ to mask something out, and what is made of it passes until it becomes NaN.
 *
 * An op made of several by hand (`fused`, a layer over a whole sequence) is one op. What plain tensors do is not seen.
 * @throws UnrollError at the first anomaly, when `body` is asynchronous (it would go on unwatched), when values are on a device, or when
 * there is no such option.
 */
export function detectAnomaly<T>(body: () => T, options: AnomalyOptions = {}): T {
  checkNames('detectAnomaly', options, anomalyOptions)
  tracer()?.refuse(
    'detectAnomaly',
    'it looks at every value, and in a step that is compiled there are none yet',
  )
  const former = anomaly
  anomaly = new Anomaly(options)
  try {
    const result = body()
    if (result instanceof Promise) fail('detectAnomaly', 'the body must not be asynchronous')
    return result
  } finally {
    anomaly = former
  }
}

/** Who watches the ops; undefined, and nothing else, when nobody does. */
export let anomaly: Anomaly | undefined

/** What an op was given, by the names it has for it. */
type Operands = readonly (readonly [name: string, operand: Operand])[]

class Anomaly {
  readonly #infinity: boolean
  readonly #inputs: boolean
  /** While a rule runs, what it does is not looked at, but what it gives; and all is done for the op that it belongs to. */
  #inRule = false
  /** Where that op was called, and how deep the stack was when a body was run again for it. */
  #site: CallSite | undefined
  #outer = 0

  constructor({ infinity = true, inputs = false }: AnomalyOptions) {
    this.#infinity = infinity
    this.#inputs = inputs
  }

  /** The line that an op is called at. */
  site(): CallSite | undefined {
    return this.#inRule ? this.#site : (callSite(this.#outer) ?? this.#site)
  }

  /** @throws UnrollError when the op made one of its results worse than all of its operands. */
  checkResults(op: string, results: readonly Tensor[], operands: Operands): void {
    if (this.#inRule) return
    const at = () => calledAt(this.site())
    if (this.#inputs)
      for (const [name, operand] of operands) {
        const found = this.#look(operand)
        if (found) fail('detectAnomaly', `${op} was given ${found} in ${name} ${describe(operand)}; ${at()}`)
      }
    const worse = this.#worse(results, operands)
    if (worse) fail('detectAnomaly', `${op} made ${worse.found} in its result ${worse.of}; ${at()}`)
  }

  /** The gradients that an entry's rule gives. @throws UnrollError when one is worse than all that went in. */
  pull(entry: TapeEntry, pull: Pull, dys: readonly (Variable | undefined)[]): ReturnType<Pull> {
    const { op, site, kept } = entry
    const dxs = this.#within(true, site, 0, () => pull(dys))
    const worse = this.#worse(dxs, [
      ...dys.flatMap((dy, k) => (dy ? [[dys.length > 1 ? `dy ${k}` : 'dy', dy] as const] : [])),
      ...kept.map(({ name, variable }) => [name, variable] as const),
    ])
    if (worse)
      failOnTheWayBack(entry, `${op} made ${worse.found} in the gradient by input ${worse.k} ${worse.of}`)
    return dxs
  }

  /** Gradients that meet at an output of an entry. @throws UnrollError when their sum is worse than they are. */
  sum(entry: TapeEntry, dy: Variable, other: Variable, add: typeof Add): Variable {
    const total = this.#within(true, entry.site, 0, () => add(dy, other))
    const worse = this.#worse(
      [total],
      [
        ['one', dy],
        ['another', other],
      ],
    )
    if (worse)
      failOnTheWayBack(
        entry,
        `gradients by the result of ${entry.op} add up to ${worse.found} in ${worse.of}`,
      )
    return total
  }

  /** Runs the body of a checkpoint again. In it is code of the user, or there is none up to the rule that runs it. */
  again<T>(body: () => T): T {
    return this.#within(false, this.#site, stackDepth(), body)
  }

  #within<T>(inRule: boolean, site: CallSite | undefined, outer: number, body: () => T): T {
    const former = [this.#inRule, this.#site, this.#outer] as const
    ;[this.#inRule, this.#site, this.#outer] = [inRule, site, outer]
    try {
      return body()
    } finally {
      ;[this.#inRule, this.#site, this.#outer] = former
    }
  }

  /** The first of the results that is worse than all operands, in words. */
  #worse(results: readonly (Operand | undefined)[], operands: Operands) {
    let given: number | undefined
    for (const [k, result] of results.entries()) {
      const found = result === undefined ? undefined : this.#look(result)
      if (result === undefined || !found) continue
      given ??= Math.max(0, ...operands.map(([, operand]) => this.#look(operand)?.degree ?? 0))
      if (found.degree > given)
        return { found, k, of: `${describe(result)}, from ${this.#list(operands) || 'nothing'}` }
    }
    return undefined
  }

  #list(operands: Operands): string {
    return operands
      .map(([name, operand]) => {
        const found = typeof operand === 'number' ? '' : ` (${this.#look(operand) ?? 'finite'})`
        return `${name} ${describe(operand)}${found}`
      })
      .join(', ')
  }

  /** The worst that is in it, if that counts. */
  #look(x: Operand): Found | undefined {
    const found = worstIn(typeof x === 'number' || x instanceof Tensor ? x : x.value)
    return found && (this.#infinity || Number.isNaN(found.value)) ? found : undefined
  }
}

/** The worst value of a tensor, NaN before infinities, how often it has one such, and where first. */
class Found {
  constructor(
    readonly value: number,
    readonly count: number,
    readonly first: number,
    readonly of: Tensor | undefined,
  ) {}

  /** NaN is worse than an infinity, and that worse than anything finite (0). */
  get degree(): number {
    return Number.isNaN(this.value) ? 2 : 1
  }

  toString(): string {
    const { value, count, first, of } = this
    if (!of || of.size === 1) return `${value}`
    return `${value} (${count} of ${of.size} elements, first at ${formatShape(indexOf(first, of.shape))})`
  }
}

function worstIn(x: Tensor | number): Found | undefined {
  if (typeof x === 'number') return Number.isFinite(x) ? undefined : new Found(x, 1, 0, undefined)
  if (!isFloat(x.dtype)) return undefined
  if (x.device)
    fail(
      'detectAnomaly',
      `looks at every value, which it cannot on ${x.device.name}: run the model on the host`,
    )
  const { data } = x
  let [worst, count, first] = [0, 0, 0]
  for (let i = 0; i < data.length; i++) {
    const value = data[i]
    if (Number.isFinite(value) || (Number.isNaN(worst) && !Number.isNaN(value))) continue
    if (count === 0 || Number.isNaN(value) !== Number.isNaN(worst)) [worst, count, first] = [value, 0, i]
    count++
  }
  return count ? new Found(worst, count, first, x) : undefined
}

/** Of an element by its number in row-major order. */
function indexOf(element: number, shape: readonly number[]): number[] {
  const index: number[] = []
  let rest = element
  for (const length of shape.toReversed()) {
    index.unshift(rest % length)
    rest = Math.floor(rest / length)
  }
  return index
}

function failOnTheWayBack({ op, site }: TapeEntry, problem: string): never {
  fail('detectAnomaly', `on the way back, ${problem}; ${op} was ${calledAt(site)}`)
}

function describe(x: Operand): string {
  if (typeof x === 'number') return `${x}`
  const name = x instanceof Variable && x.name !== undefined ? `${x.name} ` : ''
  return `${name}${formatShape(x.shape)} ${x.dtype}`
}

function calledAt(site: CallSite | undefined): string {
  return site === undefined
    ? 'called outside of detectAnomaly, so that its line is not known'
    : `called at ${site}`
}
