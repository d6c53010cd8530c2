import { fail } from '../../errors.js'
import type { Trace } from './trace.js'
import type { TracedStep } from './traced-step.js'
import { leavesOf } from './tree.js'
import type { Value } from './value.js'

/**
 * A step that did something else the second time goes by something of the host's that would stand still in replays: a
 * count, `Math.random()`, the time, or gradients and states that were there before.
 * @throws UnrollError that says what, and where.
 */
export function checkSame(first: TracedStep, second: TracedStep): void {
  const [former, latter] = [first.trace.values, second.trace.values]
  const k = latter.findIndex((value, i) => !former[i] || !isSame(former[i], value))
  const at = k === -1 ? latter.length : k
  if (former[at] || latter[at]) failAt(former[at], latter[at])
  if (!equal(outcome(first), outcome(second)) || !changesSame(first.trace, second.trace)) failAt()
}

function failAt(former?: Value, latter?: Value): never {
  const site = (latter ?? former)?.site()
  const what = former || latter ? `${describe(former)} the first time, ${describe(latter)} the second` : ''
  fail(
    'compile',
    `the step does not do the same when it is run again${what && `: ${what}`}${site ? ` (at ${site})` : ''}. What changes from run to run on the host, such as a count, Math.random() or the time, would stand still in replays: hand it in as a tensor, keep it in one that is changed in place, or draw it from a generator (rng.uniform([])); and let zeroGrad() come before backward()`,
  )
}

/** Of two values with one number, in two traces. */
function isSame(a: Value, b: Value): boolean {
  if (a.dtype !== b.dtype || a.length !== b.length) return false
  const [x, y] = [a.source, b.source]
  if (x.kind === 'host' && y.kind === 'host')
    return (
      x.storage === y.storage ||
      (a.trace.isOwn(x.storage) && b.trace.isOwn(y.storage) && equal(x.storage.data, y.storage.data))
    )
  if (x.kind === 'computed' && y.kind === 'computed')
    return (
      x.program.name === y.program.name &&
      x.program.key === y.program.key &&
      equal(x.args.map(argumentOf), y.args.map(argumentOf))
    )
  return x.kind === y.kind
}

function argumentOf(x: Value | number): unknown {
  return typeof x === 'number' ? x : `#${x.number}`
}

function equal(a: ArrayLike<unknown>, b: ArrayLike<unknown>): boolean {
  return a.length === b.length && Array.prototype.every.call(a, (x, i) => Object.is(x, b[i]))
}

/** What a step gives, asserts and has the host do. */
function outcome({ trace, result }: TracedStep): unknown[] {
  return [
    ...leavesOf('compile', result, 'result').flatMap(({ path, tensor }) => [
      path,
      trace.valueOf(tensor.storage).number,
    ]),
    ...trace.assertions.map(({ value }) => value.number),
    ...trace.hostActions.map(({ kind }) => kind),
  ]
}

function changesSame(first: Trace, second: Trace): boolean {
  const former = [...first.updates]
  const latter = [...second.updates]
  return (
    former.length === latter.length &&
    former.every(([storage, { number }], k) => {
      const [other, value] = latter[k]
      return number === value.number && (storage === other || (first.isOwn(storage) && second.isOwn(other)))
    })
  )
}

function describe(value: Value | undefined): string {
  if (!value) return 'nothing'
  const { source } = value
  if (source.kind === 'computed') {
    const numbers = source.args.filter((x) => typeof x === 'number')
    return [source.program.name, ...numbers].join(' ')
  }
  return { input: 'an input', host: 'a tensor', fed: 'numbers drawn' }[source.kind]
}
