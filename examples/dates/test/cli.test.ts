import { flagOf, usageExitCode } from '@unroll/example-kit'
import { afterEach, expect, it, vi } from 'vitest'
import { parseArguments } from '../src/cli.js'
import { defaults } from '../src/config.js'

/** What the arguments give: a task, or what is printed and the exit code. */
function parse(...args: string[]): unknown {
  const printed: string[] = []
  const collect = (text: unknown) => printed.push(String(text)) > 0
  vi.spyOn(process.stderr, 'write').mockImplementation(collect)
  vi.spyOn(process.stdout, 'write').mockImplementation(collect)
  try {
    return parseArguments(args)
  } catch (error) {
    return { code: usageExitCode(error), printed: printed.join('') }
  }
}

const words = (line: string) => line.split(' ').filter(Boolean)

afterEach(() => vi.restoreAllMocks())

it('trains with the defaults when nothing is given', () => {
  expect(parse()).toEqual({ kind: 'train', given: {}, resume: undefined, out: undefined, beam: 5 })
})

it('tells what was given, be it the default value', () => {
  const line =
    '--attention bahdanau --hidden 64 --held-out 50 --teacher-forcing 0.5 --epochs 3 --out b --beam 2'
  expect(parse(...words(line))).toEqual({
    kind: 'train',
    given: { attention: 'bahdanau', hidden: 64, heldOut: 50, teacherForcing: 0.5, epochs: 3 },
    ...{ resume: undefined, out: 'b', beam: 2 },
  })
})

it('reads dates, as many as there are', () => {
  expect(parse('--read', '8 août 2009', '3. Mai 79')).toMatchObject({
    kind: 'read',
    texts: ['8 août 2009', '3. Mai 79'],
    resume: expect.stringMatching(/dates.checkpoint\.safetensors$/),
  })
  expect(parse('--resume', 'c', '--read', 'May')).toMatchObject({ resume: 'c', beam: 5 })
})

it.each([
  ...[
    '--attention none',
    '--attention constructor',
    '--hidden 0',
    '--hidden 1.5',
    '--dates 0',
    '--dates 73049',
  ],
  ...[
    '--held-out 0',
    '--epochs 0',
    '--batch -1',
    '--lr 0',
    '--clip NaN',
    '--teacher-forcing 1.1',
    '--beam 0',
  ],
  ...[
    '--seed -1',
    '--no-such-flag',
    'word',
    '--read',
    '--read x --epochs 3',
    '--read x --held-out 9',
    '--read x --out o',
  ],
])('says in one line what is wrong with %s', (line) => {
  const { code, printed } = parse(...words(line)) as { code: number; printed: string }
  expect(code).toBe(2)
  expect(printed).toMatch(/^error: .+\n$/)
})

it('explains every flag', () => {
  const { code, printed } = parse('--help') as { code: number; printed: string }
  expect(code).toBe(0)
  for (const name of Object.keys(defaults)) {
    expect(printed).toMatch(new RegExp(`--${flagOf(name)} <\\w+> [^<]*\\(default:`))
  }
  for (const flag of ['beam', 'out', 'resume', 'read']) expect(printed).toContain(`--${flag} <`)
  expect(printed).toContain('Ctrl-C')
})
