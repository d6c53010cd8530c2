import { fail } from '../../errors.js'
import type { Shape } from '../../shape.js'
import { Storage } from '../../storage.js'
import type { Program } from '../program.js'
import { overlap } from './overlap.js'
import type { Assertion, ElementCheck, HostAction, Trace } from './trace.js'
import type { TracedStep } from './traced-step.js'
import { leavesOf } from './tree.js'
import type { Value } from './value.js'

/** A step as a list of programs to be run, with what goes in and what comes out: all that a replay needs. */
export interface Plan {
  /** The inputs of the step, by their place in it. */
  readonly inputs: readonly Value[]
  /** Tensors of the host's that the step begins with. */
  readonly hosts: readonly HostValue[]
  /** What the host makes for the step. */
  readonly feeds: readonly Value[]
  readonly hostActions: readonly HostAction[]
  readonly checks: readonly ElementCheck[]
  /** What is to be computed, in an order in which it can be. */
  readonly computed: readonly Value[]
  /** What the step changes, and what becomes of it. */
  readonly updates: readonly Update[]
  /** The tensors that the step gives. */
  readonly results: readonly { readonly value: Value; readonly shape: Shape }[]
  readonly assertions: readonly Assertion[]
  /** How many different programs there are. */
  readonly programs: number
}

export interface HostValue {
  readonly storage: Storage
  readonly value: Value
}

export interface Update {
  readonly storage: Storage
  readonly value: Value
}

/** What of a trace leads to something that is kept: the rest is left out. */
export function planOf({ trace, result }: TracedStep): Plan {
  const results = leavesOf('compile', result, 'result').map(({ tensor: { storage, shape } }) => ({
    value: trace.valueOf(storage),
    shape,
  }))
  const updates = [...trace.updates]
    .filter(([storage]) => !trace.isOwn(storage))
    .map(([storage, value]) => ({ storage, value }))
  const { assertions, hostActions, elementChecks: checks } = trace
  const needed = reachable(
    trace,
    [...results, ...updates, ...assertions].map(({ value }) => value),
  )
  const of = (kind: string) => trace.values.filter((value) => value.source.kind === kind)
  const computed = of('computed').filter((value) => needed.has(value))
  const hosts = of('host')
    .filter((value) => needed.has(value))
    .map((value) => ({ value, storage: beginningOf(value) }))
  checkApart(hosts, updates)
  return {
    inputs: of('input'),
    hosts,
    feeds: of('fed').filter((value) => needed.has(value)),
    hostActions,
    checks,
    computed,
    updates,
    results,
    assertions,
    programs: new Set(computed.map((value) => programKey(programOf(value), value))).size,
  }
}

export function programOf({ source }: Value): Program {
  if (source.kind !== 'computed') throw new Error('not a computed value')
  return source.program
}

export function argumentsOf({ source }: Value): readonly (Value | number)[] {
  return source.kind === 'computed' ? source.args : []
}

/** What makes one kernel of gpu.js another: the lengths of its operands as well. */
export function programKey({ name, key, size }: Program, value: Value): string {
  return [name, key, size, ...argumentsOf(value).map((x) => (typeof x === 'number' ? '' : x.length))].join(
    '!',
  )
}

/** What a replay begins with: a tensor of the host's as it is then; or one that the step made itself, as it made it. */
function beginningOf({ source, trace }: Value): Storage {
  if (source.kind !== 'host') throw new Error('not a tensor of the host')
  const { storage } = source
  return trace.isOwn(storage) ? new Storage(storage.data) : storage
}

/** @throws UnrollError when a storage that is changed shares its memory with another: a replay has them apart. */
function checkApart(used: readonly HostValue[], changed: readonly Update[]): void {
  const all = new Set([...used, ...changed].map(({ storage }) => storage))
  for (const { storage: one } of changed)
    for (const other of all)
      if (other !== one && overlap(other.data, one.data))
        fail(
          'compile',
          `the step changes a tensor of ${one.data.length} elements that shares its memory with another, of ${other.data.length}, and neither is a view of the other: make it one (slice, reshape), or copy it`,
        )
}

/** The values that others are made of: as each is made of earlier ones, one walk back from the last is enough. */
function reachable({ values }: Trace, ends: readonly Value[]): Set<Value> {
  const found = new Set(ends)
  for (const value of values.toReversed())
    if (found.has(value)) for (const x of argumentsOf(value)) if (typeof x !== 'number') found.add(x)
  return found
}
