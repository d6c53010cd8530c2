import { usageExitCode } from '@unroll/example-kit'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { parseArguments } from '../src/cli.js'

/** What the arguments give: a task, or what is printed and the exit code. */
function parse(line: string): unknown {
  const printed: string[] = []
  const collect = (text: unknown) => printed.push(String(text)) > 0
  vi.spyOn(process.stderr, 'write').mockImplementation(collect)
  vi.spyOn(process.stdout, 'write').mockImplementation(collect)
  try {
    return parseArguments(line.split(' ').filter(Boolean))
  } catch (error) {
    return { code: usageExitCode(error), printed: printed.join('') }
  }
}

afterEach(() => vi.restoreAllMocks())

const nothing = { steps: undefined, text: undefined, resume: undefined, out: undefined }
const sample = { length: 500, prompt: undefined, temperature: 0.8, seed: 1 }

describe('parseArguments', () => {
  it('trains with the defaults when nothing is given', () => {
    expect(parse('')).toEqual({ kind: 'train', given: {}, ...nothing, sample })
  })

  it('tells what was given, be it the default value', () => {
    expect(parse('--cell gru --hidden 8 --lr 0.02 --steps 3 --seed 7 --text a.txt --out b')).toEqual({
      kind: 'train',
      given: { cell: 'gru', hidden: 8, lr: 0.02, seed: 7 },
      ...{ ...nothing, steps: 3, text: 'a.txt', out: 'b' },
      sample: { ...sample, seed: 7 },
    })
  })

  it('generates from a checkpoint, without training', () => {
    expect(parse('--resume c --generate 9 --prompt a --temperature 0 --seed 2')).toEqual({
      kind: 'generate',
      resume: 'c',
      sample: { length: 9, prompt: 'a', temperature: 0, seed: 2 },
    })
  })

  it('goes on with a checkpoint when no length is given', () => {
    expect(parse('--resume c --prompt a')).toMatchObject({
      kind: 'train',
      resume: 'c',
      sample: { prompt: 'a' },
    })
  })

  it.each([
    '--cell transformer',
    '--cell constructor',
    '--hidden -3',
    '--hidden 0',
    '--hidden 1.5',
    '--hidden NaN',
    '--hidden 1e12',
    '--hidden Infinity',
    '--hidden',
    '--layers two',
    '--dropout 1',
    '--bptt 0',
    '--batch -1',
    '--lr 0',
    '--lr NaN',
    '--lr -0.1',
    '--clip 0',
    '--steps 0',
    '--seed -1',
    '--seed 4294967296',
    '--generate 0',
    '--temperature -1',
    '--no-such-flag',
    'word',
    '--resume c --generate 5 --steps 10',
    '--resume c --generate 5 --hidden 10',
    '--resume c --generate 5 --text t',
    '--resume c --generate 5 --out o',
  ])('says in one line what is wrong with %s', (line) => {
    const { code, printed } = parse(line) as { code: number; printed: string }
    expect(code).toBe(2)
    expect(printed).toMatch(/^error: .+\n$/)
    expect(printed).not.toMatch(/\n./)
  })

  it('wants a prompt that is not empty', () => {
    vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    expect(() => parseArguments(['--prompt', ''])).toThrow('at least one character')
  })

  it('explains every flag', () => {
    const { code, printed } = parse('--help') as { code: number; printed: string }
    expect(code).toBe(0)
    for (const flag of [
      'cell',
      'hidden',
      'layers',
      'dropout',
      'bptt',
      'batch',
      'lr',
      'clip',
      'steps',
      'seed',
    ])
      expect(printed).toMatch(new RegExp(`--${flag} <\\w+> [^-]*\\(default:`))
    for (const flag of ['text', 'out', 'resume', 'generate', 'prompt', 'temperature'])
      expect(printed).toContain(`--${flag} <`)
    expect(printed).toContain('Ctrl-C')
  })
})
