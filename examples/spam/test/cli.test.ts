import { describe, expect, it, vi } from 'vitest'
import { parseArguments } from '../src/cli.js'

describe('the command line', () => {
  it('asks to train, with the settings that are given', () => {
    expect(parseArguments(['--hidden', '3', '--spam-weight', '2.5', '--mails', 'mine'])).toEqual({
      ...{ kind: 'train', given: { hidden: 3, spamWeight: 2.5 } },
      ...{ mails: 'mine', resume: undefined, out: undefined },
    })
  })

  it('or to judge a mail', () => {
    expect(parseArguments(['--classify', '-'])).toEqual({ kind: 'classify', file: '-', resume: undefined })
  })

  it.each([
    [['--classify', 'x', '--hidden', '3'], '--classify does not train, so --hidden has no place there'],
    [['--classify', 'x', '--spam-weight', '3'], '--spam-weight has no place there'],
    [['--classify', 'x', '--out', 'y'], '--out has no place there'],
    [['--dropout', '1'], 'It must be a number from 0 up to but without 1'],
    [['--epochs', '1.5'], 'It must be an integer from 1'],
    [['mail.txt'], 'too many arguments'],
  ])('refuses %j', (args, problem) => {
    const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    try {
      expect(() => parseArguments(args)).toThrow()
      expect(written.mock.calls.join('')).toContain(problem)
    } finally {
      written.mockRestore()
    }
  })
})
