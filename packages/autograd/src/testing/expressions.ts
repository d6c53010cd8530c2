import type { Shape, Tensor } from '@unroll/tensor'
import { shapes, tensors } from '@unroll/tensor/testing'
import fc from 'fast-check'
import { Variable } from '../methods.js'
import { noGrad } from '../mode.js'
import type { GradientCase } from './check-gradients.js'
import { grammar, Known } from './grammar.js'
import { type Differentiable, evaluate, print, Term, uses } from './term.js'

/** Ops composed at random, as a function of its leaves and as the code that one would write for it. */
export interface Expression extends GradientCase {
  /** The function, as an arrow function over `x0`, `x1`, … that can be pasted into a test. */
  readonly code: string
  /** The ops that it is made of. */
  readonly ops: readonly Differentiable[]
}

export interface ExpressionOptions {
  /** The most leaves. Default: 3. */
  maxLeaves?: number
  /** The most steps, each an op or two. Default: 8. */
  maxSteps?: number
}

/**
 * Random compositions of all differentiable ops over a few small float64 leaves: later steps use
 * the results of earlier ones, some of them several times. They are smooth where the leaves are, and
 * their values stay near 1, so that central differences can tell their derivatives.
 *
 * Counterexamples are shown as code.
 */
export function expressions(options: ExpressionOptions = {}): fc.Arbitrary<Expression> {
  const { maxLeaves = 3, maxSteps = 8 } = options
  const leaves = shapes({ minRank: 1, maxRank: 2, minLength: 2, maxLength: 3 }).chain((whole) =>
    fc.array(leafThatBroadcastsTo(whole), { minLength: 1, maxLength: maxLeaves }),
  )
  const step = fc.record({
    op: fc.nat(names.length - 1),
    a: fc.constantFrom(0, 0, 0, 1, 2),
    b: fc.nat(6),
    n: fc.nat(11),
  })
  return fc
    .tuple(leaves, fc.array(step, { minLength: 1, maxLength: maxSteps, size: 'max' }))
    .map(([inputs, steps]) => compose(inputs, steps))
}

function leafThatBroadcastsTo(whole: Shape): fc.Arbitrary<Tensor> {
  const cut = whole.map((length, axis) => (axis === 0 ? 1 : length))
  return fc
    .constantFrom(whole, whole.slice(1), cut)
    .chain((shape) => tensors({ shape, dtype: 'float64', min: -2, max: 2 }))
}

const names = Object.keys(grammar) as Differentiable[]

/** Which op to try first, how far back its operands are, and a number to choose all else by. */
interface Step {
  readonly op: number
  readonly a: number
  readonly b: number
  readonly n: number
}

function compose(inputs: readonly Tensor[], steps: readonly Step[]): Expression {
  const known = inputs.map((x, i) => new Known(i, x))
  const terms: Term[] = []
  for (const step of steps) {
    const [a, b] = [step.a, step.b].map((back) => known[known.length - 1 - (back % known.length)])
    const term = temper(firstThatApplies(step.op, a, b, step.n), known)
    terms.push(term)
    known.push(new Known(known.length, valueOf(term, known)))
  }
  const live = liveTerms(terms, inputs.length)
  const f = (...leaves: Variable[]) => {
    const values = [...leaves]
    for (const [i, term] of terms.entries())
      if (live.has(term)) values[inputs.length + i] = evaluate(term, values)
    return values[values.length - 1]
  }
  const code = write(inputs.length, terms, live)
  const ops = [...live].flatMap(opsOf)
  const show = () =>
    `${inputs.map((x, i) => `const x${i} = ${print(x, [])} // strides [${x.strides.join(', ')}]`).join('\n')}\n${code}`
  return Object.defineProperty({ f, inputs, code, ops }, fc.toStringMethod, { value: show })
}

/** The first production from `start` on that gives a term; some always do. */
function firstThatApplies(start: number, a: Known, b: Known, n: number): Term {
  for (let i = start; ; i++) {
    const term = grammar[names[i % names.length]](a, b, n)
    if (term) return term
  }
}

/** The term, scaled down where its values are large, and averaged where they are many. */
function temper(term: Term, known: readonly Known[]): Term {
  const value = valueOf(term, known)
  if (value.size > 12) return temper(new Term('mean', [term, 0]), known)
  const largest = Math.max(...value.abs().data)
  return largest > 3 ? new Term('mul', [1 / Math.ceil(largest / 2), term]) : term
}

function valueOf(term: Term, known: readonly Known[]): Tensor {
  return noGrad(() =>
    evaluate(
      term,
      known.map(({ value }) => new Variable(value)),
    ),
  ).value
}

/** The terms that the last one is made of, itself included. */
function liveTerms(terms: readonly Term[], leaves: number): Set<Term> {
  const live = new Set<Term>()
  const pending = [terms[terms.length - 1]]
  for (let term = pending.pop(); term; term = pending.pop()) {
    live.add(term)
    for (const index of uses(term)) if (index >= leaves) pending.push(terms[index - leaves])
  }
  return new Set(terms.filter((term) => live.has(term)))
}

function write(leaves: number, terms: readonly Term[], live: ReadonlySet<Term>): string {
  const parameters = Array.from({ length: leaves }, (_, i) => `x${i}`)
  const variables = [...parameters, ...terms.map((_, i) => `v${i}`)]
  const lines = terms.flatMap((term, i) => {
    if (!live.has(term)) return []
    return `  ${i === terms.length - 1 ? 'return' : `const v${i} =`} ${print(term, variables)}`
  })
  return `(${parameters.join(', ')}) => {\n${lines.join('\n')}\n}`
}

function opsOf(term: Term): Differentiable[] {
  return [term.op, ...term.args.flatMap((x) => argumentsOf(x)).flatMap(opsOf)]
}

function argumentsOf(x: Term['args'][number]): Term[] {
  if (x instanceof Term) return [x]
  return Array.isArray(x) ? x.flatMap(argumentsOf) : []
}
