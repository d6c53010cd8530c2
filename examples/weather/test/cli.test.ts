import { CommanderError } from 'commander'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { parseArguments } from '../src/cli.js'
import { rules } from '../src/config.js'

const written: string[] = []
beforeEach(() => {
  written.length = 0
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation((text) => written.push(String(text)) > 0)
})
afterEach(() => vi.restoreAllMocks())

describe('the command line', () => {
  it('may say nothing', () => {
    expect(parseArguments([])).toEqual({ given: {}, data: undefined, resume: undefined, out: undefined })
  })

  it('may say everything', () => {
    const words =
      '--cell lstm --hidden 8 --dropout 0.5 --days 14 --horizon 1 --batch 16 --lr 0.1 --epochs 3 --networks 1 --seed 0'
    const files = ['--data', 'a.csv', '--resume', 'c', '--out', 'o']
    expect(parseArguments([...words.split(' '), ...files])).toEqual({
      given: {
        ...{ cell: 'lstm', hidden: 8, dropout: 0.5, days: 14, horizon: 1 },
        ...{ batch: 16, lr: 0.1, epochs: 3, networks: 1, seed: 0 },
      },
      ...{ data: 'a.csv', resume: 'c', out: 'o' },
    })
  })

  it('may ask for help', () => {
    expect(() => parseArguments(['--help'])).toThrow(expect.objectContaining({ exitCode: 0 }))
    for (const name of Object.keys(rules))
      expect(written.join('')).toMatch(new RegExp(`--${name} <.*default: `, 's'))
    expect(written.join('')).toContain('130 interrupted, and saved.')
  })

  it.each([
    ['--cell tcn', 'It must be one of rnn, lstm, gru.'],
    ['--hidden 0', 'It must be an integer from 1 to 1024.'],
    ['--dropout 1', 'It must be a number from 0 up to but without 1.'],
    ['--days 91', 'It must be an integer from 1 to 90.'],
    ['--horizon 1.5', 'It must be an integer from 1 to 14.'],
    ['--lr Infinity', 'It must be a number above 0.'],
    ['--epochs', 'argument missing'],
    ['--depth 3', "unknown option '--depth'"],
    ['seattle.csv', 'too many arguments'],
  ])('%s is wrong', (words, problem) => {
    expect(() => parseArguments(words.split(' '))).toThrow(CommanderError)
    expect(written.join('')).toContain(problem)
  })
})
