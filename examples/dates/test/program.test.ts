import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeSafetensors } from '@unroll/tensor'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { goOnCommand, Program, type Result } from '../../../test/support/program.js'
import { loadCheckpoint } from '../src/checkpoint.js'
import { digest } from './support.js'

let folder: string
let program: Program
let whole: Result

const small = '--hidden 6 --dates 48 --held-out 24 --batch 8 --epochs 2'.split(' ')

beforeAll(async () => {
  program = new Program(import.meta.url, () => folder)
  folder = mkdtempSync(join(tmpdir(), 'dates-'))
  whole = await program.run([...small, '--out', 'whole'])
})
afterAll(() => rmSync(folder, { recursive: true }))

it('says what it does, and ends with the tables and where everything is', () => {
  expect(whole.stderr).toMatch(
    /^Dates {5}48 to train on, in 12 languages and 104 forms; 24 other dates are held out\n/,
  )
  expect(whole.stderr).toMatch(/\nTo beat {3}Date\.parse [\d.]+ %, nearest training text 0\.0 %, /)
  expect(whole.stderr).toMatch(/batch 12 of 12: .* validation [\d.]+ %\nReading the held-out dates …\n$/)
  for (const reader of [
    'Date.parse',
    'nearest training text',
    'rules, all names',
    'network, greedy',
    'network, beam of 5',
  ])
    expect(whole.stdout).toMatch(new RegExp(`│ ${reader} +(│ +[\\d.]+ % ){4}│`))
  for (const file of ['checkpoint.safetensors', 'attention.svg', 'curves.svg', 'table.txt'])
    expect(whole.stdout).toContain(` ${join('whole', file)}\n`)
  expect(readdirSync(join(folder, 'whole'))).toHaveLength(4)
  expect(whole.stdout.startsWith(readFileSync(join(folder, 'whole', 'table.txt'), 'utf8'))).toBe(true)
  expect(`${whole.stdout}${whole.stderr}`).not.toMatch(/[^\P{Cc}\n]/u)
  expect(whole.code).toBe(0)
})

it('saves at Ctrl-C and says how to go on; the command, pasted, goes on to the same bits', async () => {
  const first = await program.interrupt([...small, '--out', 'inter rupted'], 'To beat')
  expect(first.code).toBe(130)
  expect(first.stderr).toMatch(/\nSaved in epoch \d\. Go on with: /)
  const last = await program.shell(goOnCommand(first))
  expect(last.code).toBe(0)
  expect(weightsIn('inter rupted')).toBe(weightsIn('whole'))
})

it('reads dates with what was trained, and trains no more', async () => {
  const { code, stdout, stderr } = await program.run([
    ...resume('whole'),
    '--read',
    ' mar  3 1979',
    '03.05.1979',
  ])
  expect([code, stderr]).toEqual([0, ''])
  expect(stdout).toMatch(
    /^mar 3 1979 → [\d-]{10}\n( +\d+\.\d % {2}[\d-]{10}\n){3}\n {3}mar·3·1979\n( [\d-] [ ░▒▓█]{10}\n){10}/,
  )
  expect(stdout).toContain('\n\n03.05.1979 → ')
})

it('says what is wrong in one line', async () => {
  const [usage, file] = await Promise.all([
    program.run(['--hidden', '-3']),
    program.run(['--resume', 'nothing', '--read', 'May']),
  ])
  expect([usage.code, usage.stdout, file.code, file.stdout]).toEqual([2, '', 1, ''])
  expect(usage.stderr).toMatch(/^error: .*--hidden.*\n$/)
  expect(file.stderr).toMatch(
    /^error: --read: there is no checkpoint nothing: train first, without --read\n$/,
  )
})

const checkpoint = (out: string) => join(folder, out, 'checkpoint.safetensors')

function resume(out: string): string[] {
  return ['--resume', join(out, 'checkpoint.safetensors')]
}

function weightsIn(out: string): string {
  return digest(writeSafetensors(loadCheckpoint(checkpoint(out)).weights))
}
