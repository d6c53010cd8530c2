import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { goOnCommand, Program, type Result } from '../../../test/support/program.js'
import { encodeRun, loadCheckpoint } from '../src/checkpoint/checkpoint.js'
import { digest, smallText } from './support.js'

let folder: string
let program: Program

beforeAll(() => {
  program = new Program(import.meta.url, () => folder)
  folder = mkdtempSync(join(tmpdir(), 'char-lm-'))
  writeFileSync(join(folder, 'rain.txt'), smallText)
  writeFileSync(join(folder, 'empty.txt'), '\n')
  writeFileSync(join(folder, 'binary.bin'), Uint8Array.of(0, 255, 3))
  writeFileSync(join(folder, 'short.txt'), 'too short')
})
afterAll(() => rmSync(folder, { recursive: true }))

const small = ['--text', 'rain.txt', '--hidden', '8', '--batch', '4', '--bptt', '16']

describe('a run from beginning to end', () => {
  let result: Result
  beforeAll(async () => {
    result = await program.run([
      ...small,
      '--steps',
      '20',
      '--out',
      'whole',
      '--generate',
      '60',
      '--prompt',
      'the rain',
    ])
  })

  it('says what it does, and ends with the table, a sample and where everything is', () => {
    expect(result.code).toBe(0)
    expect(result.stderr).toMatch(/^Text {6}719 characters, 15 different ones/)
    expect(result.stderr).toMatch(
      /step 20 of 20: .* train \d\.\d\d, held-out \d\.\d\d, grad \d\.\d\d\nReading the held-out text …\n$/,
    )
    for (const row of ['unigram', 'trigram', 'LSTM, 1 × 8', 'training', 'inference', 'peak memory'])
      expect(result.stdout).toMatch(new RegExp(`│ ${row} +│ +[\\d.,]+ `))
    expect(result.stdout).toMatch(/\n\nthe rain[^│]{60}\n\n/)
    for (const file of ['checkpoint.safetensors', 'curves.svg', 'sample.txt', 'table.txt'])
      expect(result.stdout).toContain(` ${join('whole', file)}\n`)
  })

  it('leaves the same behind in files', () => {
    const read = (file: string) => readFileSync(join(folder, 'whole', file), 'utf8')
    expect(readdirSync(join(folder, 'whole')).sort()).toEqual([
      'checkpoint.safetensors',
      'curves.svg',
      'sample.txt',
      'table.txt',
    ])
    expect(result.stdout.startsWith(read('table.txt'))).toBe(true)
    expect(result.stdout).toContain(read('sample.txt'))
    expect(read('curves.svg')).toContain('>held-out ')
    expect(loadCheckpoint(join(folder, 'whole', 'checkpoint.safetensors')).step).toBe(20)
  })

  it('writes no control characters where there is no terminal', () => {
    const control = /[^\P{Cc}\n]/u
    expect(result.stdout).not.toMatch(control)
    expect(result.stderr).not.toMatch(control)
  })

  it('gives the same bits again', async () => {
    await program.run([...small, '--steps', '20', '--out', 'again'])
    expect(weightsIn('again')).toBe(weightsIn('whole'))
    const { stderr } = await program.run([...small, '--steps', '1', '--out', 'again'])
    expect(stderr).toContain(
      `Kept      the former run's checkpoint as ${join('again', 'checkpoint-1.safetensors')}\n`,
    )
    expect(loadCheckpoint(join(folder, 'again', 'checkpoint-1.safetensors')).step).toBe(20)
  })

  it('can be trained for longer', async () => {
    const { code } = await program.run([...resume('whole'), '--steps', '25', '--out', 'longer'])
    expect(code).toBe(0)
    expect(loadCheckpoint(join(folder, 'longer', 'checkpoint.safetensors')).step).toBe(25)
    expect(loadCheckpoint(join(folder, 'whole', 'checkpoint.safetensors')).step).toBe(20)
  })

  it('can be reported on again', async () => {
    const again = await program.run(resume('whole'))
    expect(again.stderr).toContain('Training  all 20 steps are done; --steps can ask for more\n')
    expect(again.stdout.split('\n').slice(0, 7)).toEqual(result.stdout.split('\n').slice(0, 7))
  })

  it('can write, and then writes nothing else', async () => {
    const checkpoint = join('whole', 'checkpoint.safetensors')
    const { code, stdout, stderr } = await program.run([
      '--resume',
      checkpoint,
      '--generate',
      '30',
      '--prompt',
      'spain',
    ])
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^spain[\s\S]{30}\n$/)
  })

  it('writes in peace into what reads only a little', async () => {
    const checkpoint = join('whole', 'checkpoint.safetensors')
    const words = [
      'node',
      `"${program.main}"`,
      '--resume',
      checkpoint,
      '--generate',
      '1000000',
      '--prompt',
      'the',
    ]
    const { code, stdout, stderr } = await program.shell(`${words.join(' ')} | head -c 3`)
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'the', stderr: '' })
  })
})

describe('Ctrl-C', () => {
  it('saves and says how to go on; the command, pasted, goes on to the same bits', async () => {
    const steps = ['--steps', '150']
    const uninterrupted = await program.run([
      ...small,
      ...steps,
      '--dropout',
      '0.2',
      '--out',
      'uninterrupted',
    ])
    expect(uninterrupted.code).toBe(0)

    const first = await program.interrupt(
      [...small, ...steps, '--dropout', '0.2', '--out', 'inter rupted'],
      'To beat',
    )
    expect(first.code).toBe(130)
    const command = goOnCommand(first)
    expect(readdirSync(join(folder, 'inter rupted'))).toEqual(['checkpoint.safetensors'])
    const { step } = loadCheckpoint(join(folder, 'inter rupted', 'checkpoint.safetensors'))
    expect(first.stderr).toContain(`Saved at step ${step}. `)
    expect(step).toBeLessThan(150)

    // Once more in the midst of it: a machine may be so fast that it is too late, and that is as well.
    const second = await program.interrupt(resume('inter rupted'), 'To beat', 'SIGINT', 100)
    expect([130, 0]).toContain(second.code)

    const last = await program.shell(command)
    expect(last.code).toBe(0)
    expect(weightsIn('inter rupted')).toBe(weightsIn('uninterrupted'))
  })

  it('works a second time, and by SIGTERM', async () => {
    const first = await program.interrupt(
      [...small, '--steps', '100000', '--out', 'twice'],
      'To beat',
      'SIGTERM',
    )
    const second = await program.interrupt(resume('twice'), 'To beat')
    expect([first.code, second.code]).toEqual([130, 130])
    expect(goOnCommand(second)).toBe(goOnCommand(first))
  })
})

describe('what is wrong is said in one line, with exit code', () => {
  it.each([
    ['2: a wrong flag', ['--hidden', '-3'], 2, '--hidden'],
    ['1: no such text', ['--text', 'nothing.txt'], 1, 'nothing.txt does not exist'],
    ['1: an empty text', ['--text', 'empty.txt'], 1, 'empty.txt is empty'],
    ['1: a binary text', ['--text', 'binary.bin'], 1, 'binary.bin is not a text'],
    ['1: a short text', ['--text', 'short.txt'], 1, 'characters to train on, and the text has 9'],
    ['1: an unknown character in the prompt', [...small, '--prompt', 'Ω'], 1, '"Ω"'],
    ['1: a file in place of the folder', [...small, '--out', 'rain.txt'], 1, 'rain.txt'],
    [
      '1: no such checkpoint',
      ['--resume', 'nothing', '--generate', '5'],
      1,
      "no such file or directory, open 'nothing'",
    ],
    ['1: no checkpoint', ['--resume', 'rain.txt', '--generate', '5'], 1, 'rain.txt cannot be used'],
  ])('%s', async (_, args, expected, problem) => {
    const { code, stdout, stderr } = await program.run(args)
    expect(code).toBe(expected)
    expect(stdout).toBe('')
    expect(stderr).toMatch(/^error: .*\n$/)
    expect(stderr).toContain(problem)
  })

  it('0 for help', async () => {
    const { code, stdout, stderr } = await program.run(['--help'])
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain('--temperature')
  })
})

it.skipIf(process.platform === 'win32')(
  'a checkpoint that cannot be written whole leaves the former one',
  async () => {
    await program.run([...small, '--steps', '2', '--out', 'limited'])
    const path = join(folder, 'limited', 'checkpoint.safetensors')
    const before = readFileSync(path)
    // Files are limited to 2 KiB, as if the disk were full then; and the signal that comes with it is ignored.
    const node = `node --import "data:text/javascript,process.on('SIGXFSZ', () => {})"`
    const args = [...resume('limited'), '--steps', '3'].join(' ')
    const { code, stderr } = await program.shell(`ulimit -f 4; exec ${node} "${program.main}" ${args}`)
    expect(code).toBe(1)
    expect(stderr).toMatch(/\nerror: EFBIG: .*\n$/)
    expect(statSync(path).size).toBeGreaterThan(4 * 512)
    expect(digest(readFileSync(path))).toBe(digest(before))
  },
)

function resume(out: string): string[] {
  return ['--resume', join(out, 'checkpoint.safetensors'), '--text', 'rain.txt']
}

/** Of the checkpoint in a folder: everything but the time that it took. */
function weightsIn(out: string): string {
  const run = loadCheckpoint(join(folder, out, 'checkpoint.safetensors'))
  run.seconds = 0
  return digest(encodeRun(run))
}
