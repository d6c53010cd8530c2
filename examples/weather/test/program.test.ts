import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { goOnCommand, Program } from '../../../test/support/program.js'
import { csvOf, digest, smallDays } from './support.js'

let folder: string
let program: Program

beforeAll(() => {
  program = new Program(import.meta.url, () => folder)
  folder = mkdtempSync(join(tmpdir(), 'weather-'))
  writeFileSync(join(folder, 'days.csv'), csvOf(smallDays))
  writeFileSync(join(folder, 'broken.csv'), `${csvOf(smallDays.slice(0, 3))}2019-03-04,0,x,0,0\n`)
})
afterAll(() => rmSync(folder, { recursive: true }))

const small = '--data days.csv --hidden 4 --days 7 --horizon 2 --networks 2'.split(' ')

describe('a run from beginning to end', () => {
  it('says what it does, ends with the tables, and leaves them behind with a picture', async () => {
    const { code, stdout, stderr } = await program.run([...small, '--epochs', '2', '--out', 'whole'])
    expect(code).toBe(0)
    const lines = stderr.trimEnd().split('\n')
    expect(lines.slice(0, 5)).toEqual([
      'Data      740 days; the highest temperature of 2 is told from the 7 before',
      'Training  on 2019-03-08 to 2020-03-07',
      'Choosing  by 2020-03-08 to 2020-09-07: when to stop, and the best epoch',
      'Judging   by 2020-09-08 to 2021-03-09',
      'Model     GRU, 1 × 4: 166 parameters; 2 of them, from different seeds',
    ])
    expect(lines.slice(5).join('\n')).toMatch(
      /^epoch 4 of 4: network 2 of 2, .* training \d\.\d\d °C off, validation \d\.\d\d °C off$/,
    )
    expect(readdirSync(join(folder, 'whole')).sort()).toEqual([
      'checkpoint.safetensors',
      'forecasts.svg',
      'table.txt',
    ])
    expect(stdout.startsWith(readFileSync(join(folder, 'whole', 'table.txt'), 'utf8'))).toBe(true)
    expect(stdout).toMatch(/\nAfter 2021-03-09: -?\d+\.\d, -?\d+\.\d °C\nTraining took \d+ s\n/)
    expect(stdout + stderr).not.toMatch(/[^\P{Cc}\n]/u) // no control characters where there is no terminal
  })
})

describe('Ctrl-C', () => {
  it('saves and says how to go on; the command, pasted, goes on to the same bits', async () => {
    const settings = [...small, '--epochs', '15']
    const [uninterrupted, first] = await Promise.all([
      program.run([...settings, '--out', 'uninterrupted']),
      program.interrupt([...settings, '--out', 'inter rupted'], 'Model'),
    ])
    expect([uninterrupted.code, first.code]).toEqual([0, 130])
    expect(readdirSync(join(folder, 'inter rupted'))).toEqual(['checkpoint.safetensors'])
    expect(first.stderr).toMatch(/Saved, with [01] of 2 networks done\. Go on with: /)
    expect((await program.shell(goOnCommand(first))).code).toBe(0)
    expect(digestOf('inter rupted')).toBe(digestOf('uninterrupted'))
  })
})

it.each([
  ['2: a wrong flag', ['--hidden', '-3'], 2, '--hidden'],
  ['1: data that cannot be read', ['--data', 'broken.csv'], 1, 'line 5 has temp_max "x"'],
])('what is wrong is said in one line, with exit code %s', async (_, args, expected, problem) => {
  const { code, stdout, stderr } = await program.run(args)
  expect([code, stdout]).toEqual([expected, ''])
  expect(stderr).toMatch(/^error: .*\n$/)
  expect(stderr).toContain(problem)
})

function digestOf(out: string): string {
  return digest(readFileSync(join(folder, out, 'checkpoint.safetensors')))
}
