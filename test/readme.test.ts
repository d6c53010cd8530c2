import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { format } from 'node:util'
import { beforeAll, describe, expect, test } from 'vitest'
import { expectationsOf, patternOf } from './support/expectations.js'
import { type Block, blocksOf } from './support/markdown.js'
import { filesUnder, published, root, run } from './support/workspace.js'

/** How many blocks are marked `ts no-run`. What is not run may be wrong, so they are few. */
const fragments = 0

const readmes = ['README.md', ...published.map(({ folder }) => `packages/${folder}/README.md`)]
const guide = filesUnder(join(root, 'docs')).map((file) => `docs/${file}`)
const documents = [...readmes, ...guide].filter(
  (file) => file.endsWith('.md') && existsSync(join(root, file)),
)

interface Program extends Block {
  /** The document that it stands in. */
  readonly document: string
  readonly fileName: string
}

const blocks: Program[] = documents.flatMap((document) =>
  blocksOf(readFileSync(join(root, document), 'utf8')).map((block) => ({
    ...block,
    document,
    fileName: `${document.replaceAll('/', '-').replace(/\.md$/, '')}-${block.line}.ts`,
  })),
)
const code = blocks.filter(({ language }) => language === 'ts')
const programs = code.filter(({ note }) => note !== 'no-run')

const directory = join(root, 'out', 'readme')

beforeAll(() => {
  rmSync(directory, { recursive: true, force: true })
  for (const program of programs) {
    write('as-written', program, program.code)
    write('printing', program, printsByLine(program))
  }
})

test.each(readmes)('%s has an example that runs', (document) => {
  expect(programs.map((program) => program.document)).toContain(document)
})

test('only fragments are not run', () => {
  expect(code.length - programs.length).toBe(fragments)
  expect(code.map(({ note }) => note).filter((note) => note !== '' && note !== 'no-run')).toEqual([])
  expect(blocks.filter(({ language }) => /^(js|javascript|mjs|mts|tsx|typescript)$/i.test(language))).toEqual(
    [],
  )
})

test('every example is well typed', () => {
  const config = {
    extends: '../../../tsconfig.test.json',
    compilerOptions: { noUnusedLocals: false },
    include: ['*.ts'],
  }
  writeFileSync(join(directory, 'as-written', 'tsconfig.json'), JSON.stringify(config))
  run('npx', ['tsc', '-p', join(directory, 'as-written')], root)
})

describe.each(programs)('$document:$line', (program) => {
  const expectations = expectationsOf(program.code, program.line)

  test(expectations.length ? 'prints what it says' : 'runs', async () => {
    const printed = new Map<number, string[]>()
    Object.assign(globalThis, {
      [printer]: (line: number, ...values: unknown[]) =>
        printed.set(line, [...(printed.get(line) ?? []), format(...values)]),
    })
    await import(/* @vite-ignore */ join(directory, 'printing', program.fileName))
    for (const { line, printed: expected } of expectations) {
      const text = (printed.get(line) ?? []).join('\n').replace(/[^\S\n]+$/gm, '')
      const at = `${program.document}:${line} prints`
      if (expected.includes('…')) expect(text, at).toMatch(patternOf(expected))
      else expect(text, at).toBe(expected)
    }
  })
})

const printer = 'printFromLine'

/** The program with the line of every `console.log` told to the printer. */
function printsByLine({ code, line }: Block): string {
  return code
    .split('\n')
    .map((text, i) => text.replaceAll('console.log(', `globalThis.${printer}(${line + i}, `))
    .join('\n')
}

/** Writes a program so far down a file of its own that its lines have the numbers they have in the document. */
function write(folder: string, { fileName, line }: Program, text: string): void {
  mkdirSync(join(directory, folder), { recursive: true })
  writeFileSync(join(directory, folder, fileName), `${'\n'.repeat(line - 1)}${text}\nexport {}\n`)
}
