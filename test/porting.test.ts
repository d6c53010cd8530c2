import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as autograd from '@unroll/autograd'
import * as rnn from '@unroll/rnn'
import * as tensor from '@unroll/tensor'
import * as gpu from '@unroll/tensor/gpu'
import { expect, test } from 'vitest'
import { cellsUnder } from './support/tables.js'
import { filesUnder, published, root } from './support/workspace.js'

/*
 * docs/porting.md says what things are called here. What stands as code in its columns headed Unroll must exist: as an
 * export, as a member of one, or as an option or field that the sources declare.
 */

const guide = readFileSync(join(root, 'docs', 'porting.md'), 'utf8')
const spans = cellsUnder(guide, 'Unroll').flatMap(({ line, text }) =>
  [...text.matchAll(/`([^`]+)`/g)].map(([, code]) => ({ line, code })),
)

/** What the examples call their own variables, and what is TypeScript's. */
const others = new Set(
  `AbortSignal as await body bytes cell class const dy embedding extends false gpu GPU groups head heads hook indices layer
   linear list loss lossOf lp lstm map Math model new next null one optimizer other primals rate rates schedule series
   session space sqrt tangents text texts trial true xl yl`.split(/\s+/),
)

test('the porting table names nothing that there is not', () => {
  const known = new Set([...others, ...exportedNames(), ...declaredNames()])
  const unknown = spans.flatMap(({ line, code }) =>
    namesIn(code).flatMap((name) => (known.has(name) ? [] : `docs/porting.md:${line}: ${name} in ${code}`)),
  )
  expect(spans.length).toBeGreaterThan(200)
  expect(unknown).toEqual([])
})

test('the porting table has every op', () => {
  const named = new Set(spans.flatMap(({ code }) => namesIn(code)))
  const ops = Object.keys({ ...tensor.ops, ...autograd.ops })
  expect(ops.filter((op) => !named.has(op))).toEqual([])
})

/** The names in code, but those of one letter and what stands in quotes. */
function namesIn(code: string): string[] {
  return code.replace(/'[^']*'/g, '').match(/[A-Za-z_]\w+/g) ?? []
}

/** What the packages export, and the members of the classes among it. */
function exportedNames(): string[] {
  return [tensor, gpu, autograd, rnn]
    .flatMap((all) => Object.entries<unknown>({ ...all }))
    .flatMap(([name, value]) => [name, ...membersOf(value)])
}

function membersOf(value: unknown): string[] {
  if (typeof value !== 'function' || !value.prototype) return []
  return [...Object.getOwnPropertyNames(value), ...Object.getOwnPropertyNames(value.prototype)]
}

/** The fields of interfaces and classes: among them all options. */
function declaredNames(): string[] {
  return published
    .map(({ directory }) => join(directory, 'src'))
    .flatMap((source) => filesUnder(source).map((file) => join(source, file)))
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => {
      const declarations = readFileSync(file, 'utf8').matchAll(
        // A line of its own: `name?: Type`, `readonly name: Type` or `name?(…): Type`; `readonly name: Type,` in a constructor
        /^ {2}(?:(?:protected|abstract|readonly) )*(\w+)(?:\??: .*|\??\(.*\): .*)[^,{(]$|^ {4}readonly (\w+): .*,$/gm,
      )
      return [...declarations].map(([, field, parameter]) => field ?? parameter)
    })
}
