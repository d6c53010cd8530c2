import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readSafetensors } from '@unroll/tensor'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { goOnCommand, Program, type Result } from '../../../test/support/program.js'
import { writeMails } from './support.js'

const small = ['--mails', 'mails', '--words', '30', '--embedding', '4', '--hidden', '4', '--batch', '4']
let folder: string
let program: Program
let whole: Result

beforeAll(async () => {
  program = new Program(import.meta.url, () => folder)
  folder = mkdtempSync(join(tmpdir(), 'spam-'))
  writeMails(join(folder, 'mails'), 20)
  writeFileSync(join(folder, 'offer.txt'), 'Subject: offer\n\nclick for free money, money <offer>\n')
  writeFileSync(join(folder, 'empty.txt'), '')
  whole = await program.run([...small, '--epochs', '12', '--lr', '0.03', '--out', 'whole'])
})
afterAll(() => rmSync(folder, { recursive: true }))

it('says what it does, and ends with the table and where everything is', () => {
  const { code, stdout, stderr } = whole
  expect([code, stderr]).toEqual([0, expect.stringMatching(/^Reading 40 mails …\n/)])
  expect(stderr).toContain('Mails     40; left out: 0 near copies (0 of them of the other class), 0 empty\n')
  expect(stderr).toContain('Split     28 training, 4 validation, 8 test; 50.0 % are spam\n')
  for (const row of ['all is ham', 'naive Bayes', 'logistic regression', 'GRU, 2 × 4'])
    expect(stdout).toMatch(new RegExp(`│ ${row} +│ +[\\d.]+ % │`))
  expect(stdout).toMatch(/true ↓ predicted → +ham +spam\n─+\nham +\d \s+\d\nspam +\d \s+\d\n/)
  const files = ['checkpoint.safetensors', 'picture.svg', 'table.txt']
  expect(readdirSync(join(folder, 'whole')).sort()).toEqual(files)
  for (const file of files) expect(stdout).toContain(` ${join('whole', file)}\n`)
  expect(stdout.startsWith(readFileSync(join(folder, 'whole', 'table.txt'), 'utf8'))).toBe(true)
})

it('judges a mail from a file, and from the standard input', async () => {
  const checkpoint = ['--resume', join('whole', 'checkpoint.safetensors')]
  const file = await program.run([...checkpoint, '--classify', 'offer.txt'])
  expect([file.code, file.stderr]).toEqual([0, ''])
  expect(file.stdout).toMatch(
    /^spam: the probability of spam is \d+\.\d %\nwords read: 10, of which not known: \d\nat "/,
  )
  const piped = await program.shell(`node "${program.main}" ${checkpoint.join(' ')} --classify - < offer.txt`)
  expect(piped.stdout).toBe(file.stdout)
})

it('Ctrl-C saves and says how to go on; the command, pasted, goes on to the same bits', async () => {
  const long = [...small, '--epochs', '40', '--lr', '0.0001']
  const [uninterrupted, first] = await Promise.all([
    program.run([...long, '--out', 'uninterrupted']),
    program.interrupt([...long, '--out', 'inter rupted'], 'Training '),
  ])
  expect([uninterrupted.code, first.code]).toEqual([0, 130])
  expect(first.stderr).toMatch(/Saved in epoch \d+\. Go on with: node .*\n$/)
  const last = await program.shell(goOnCommand(first))
  expect(last.code).toBe(0)
  expect(weightsIn('inter rupted')).toBe(weightsIn('uninterrupted'))
  expect(last.stdout.split('\n').slice(0, 8)).toEqual(uninterrupted.stdout.split('\n').slice(0, 8))
})

describe('what is wrong is said in one line, with exit code', () => {
  it.each([
    ['2: a wrong flag', ['--hidden', '-3'], 2, '--hidden'],
    ['1: no such folder', ['--mails', 'nothing'], 1, 'nothing is not a folder'],
    ['1: no checkpoint', ['--resume', 'offer.txt', '--classify', 'offer.txt'], 1, 'offer.txt cannot be used'],
    [
      '1: an empty mail',
      [...['--resume', 'whole/checkpoint.safetensors'], '--classify', 'empty.txt'],
      1,
      'has no words',
    ],
    [
      '1: another setting than the checkpoint',
      ['--resume', 'whole/checkpoint.safetensors', '--mails', 'mails', '--hidden', '5'],
      1,
      'has --hidden 4, and a run cannot change to 5',
    ],
  ])('%s', async (_, args, expected, problem) => {
    const { code, stdout, stderr } = await program.run(args)
    expect([code, stdout]).toEqual([expected, ''])
    expect(stderr).toMatch(/^error: .*\n$/)
    expect(stderr).toContain(problem)
  })
})

/** Of the checkpoint in a folder: all tensors, in a word. */
function weightsIn(out: string): string {
  const { tensors } = readSafetensors(readFileSync(join(folder, out, 'checkpoint.safetensors')))
  const hash = createHash('sha256')
  for (const [name, { data }] of Object.entries(tensors))
    hash.update(name).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  return hash.digest('hex')
}
