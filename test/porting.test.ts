import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as autograd from '@unroll/autograd'
import * as rnn from '@unroll/rnn'
import * as tensor from '@unroll/tensor'
import { expect, test } from 'vitest'
import { cellsUnder } from './support/tables.js'
import { filesUnder, published, root } from './support/workspace.js'

/*
 * docs/porting.md says what things are called here. What stands as code in its columns headed Unroll must exist: as an
 * export, as a method of one, or as an option or field that the sources declare.
 */

const cells = cellsUnder(readFileSync(join(root, 'docs', 'porting.md'), 'utf8'), 'Unroll')

/** Variables of the table's own, and what belongs to the language or a user's class. */
const others = new Set([
  ...[
    'as',
    'class',
    'extends',
    'new',
    'const',
    'false',
    'true',
    'body',
    'bytes',
    'cell',
    'embedding',
    'groups',
  ],
  ...[
    'AbortSignal',
    'Math',
    'dy',
    'head',
    'hook',
    'layer',
    'linear',
    'lp',
    'lstm',
    'map',
    'model',
    'one',
    'other',
  ],
  ...[
    'loss',
    'lossOf',
    'next',
    'optimizer',
    'primals',
    'rate',
    'rates',
    'session',
    'space',
    'tangents',
    'texts',
  ],
  ...['trial', 'xl', 'yl'],
])

// A line of its own: `name?: Type`, `readonly name: Type`, `name?(…): Type` or `abstract get name()`
const field = /^ +(?:(?:public|protected|abstract|readonly|get) )*(\w+)(?:\??: |\?\()/gm

const known = new Set([...exported(), ...declared()])

test.each(cells)('line $line: $text', ({ text }) => {
  for (const code of codeIn(text))
    for (const name of namesIn(code))
      expect(known.has(name) || others.has(name), `${name}, in \`${code}\``).toBe(true)
})

test('every op has its place', () => {
  const named = new Set(cells.flatMap(({ text }) => codeIn(text).flatMap(namesIn)))
  const ops = Object.keys({ ...tensor.ops, ...autograd.ops })
  expect(ops.filter((op) => !named.has(op))).toEqual([])
})

/** Everything exported, and the methods of the classes among it. */
function exported(): string[] {
  return [tensor, autograd, rnn]
    .flatMap((all) => Object.entries<unknown>({ ...all }))
    .flatMap(([name, value]) => [name, ...membersOf(value)])
}

function membersOf(value: unknown): string[] {
  if (typeof value !== 'function' || !value.prototype) return []
  return [...Object.getOwnPropertyNames(value), ...Object.getOwnPropertyNames(value.prototype)]
}

/** The fields of interfaces and classes: among them all options. */
function declared(): string[] {
  return published
    .map(({ directory }) => join(directory, 'src'))
    .flatMap((source) => filesUnder(source).map((file) => join(source, file)))
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => [...readFileSync(file, 'utf8').matchAll(field)].map(([, name]) => name))
}

/** What stands between backticks. */
function codeIn(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, code]) => code)
}

/** The names in code, but those of one letter and what stands in quotes. */
function namesIn(code: string): string[] {
  return code.replace(/'[^']*'/g, '').match(/[A-Za-z_]\w+/g) ?? []
}
