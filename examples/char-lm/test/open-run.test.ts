import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { saveCheckpoint } from '../src/checkpoint/checkpoint.js'
import type { TrainTask } from '../src/cli.js'
import { defaults } from '../src/config.js'
import { openRun, openText } from '../src/open-run.js'
import { train } from '../src/train.js'
import { smallRun, smallText } from './support.js'

let folder: string
let task: TrainTask

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'char-lm-'))
  const resume = join(folder, 'checkpoint.safetensors')
  const { run, training, heldOut } = smallRun(4)
  await train(run, training, { heldOut })
  await saveCheckpoint(resume, run)
  const sample = { length: 5, prompt: undefined, temperature: 1, seed: 1 }
  task = { kind: 'train', given: {}, steps: undefined, text: undefined, out: undefined, resume, sample }
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('a new run', () => {
  it('has the settings that are given, and the defaults', () => {
    const run = openRun({ ...task, resume: undefined, given: { hidden: 5 }, steps: 3 }, 'abc')
    expect(run.config).toEqual({ ...defaults, hidden: 5 })
    expect([run.step, run.steps, run.vocabulary.size]).toEqual([0, 3, 3])
  })

  it('wants a text of at least one window', () => {
    const { run } = smallRun(1)
    expect(() => openText(run, 'the rain')).toThrow(
      'text: --batch 4 and --bptt 16 want 65 characters to train on, and the text has 8',
    )
    expect(() => openText(smallRun(1, { batch: 1, bptt: 1 }).run, 'the rain')).toThrow('want 20 characters')
  })
})

describe('a resumed run', () => {
  it('goes on where it was', () => {
    const run = openRun(task, smallText)
    expect([run.step, run.steps]).toEqual([4, 4])
  })

  it('may be given more steps, and the settings that it has', () => {
    expect(openRun({ ...task, steps: 9, given: { hidden: 8, cell: 'lstm' } }, smallText).steps).toBe(9)
  })

  it('cannot do fewer steps than it has done', () => {
    expect(() => openRun({ ...task, steps: 3 }, smallText)).toThrow('has done 4 steps, more than --steps 3')
  })

  it.each([{ cell: 'gru' }, { hidden: 9 }, { lr: 0.5 }, { seed: 2 }, { dropout: 0.5 }] as const)(
    'cannot change its settings: %o',
    (given) => {
      const [[name, value]] = Object.entries(given)
      expect(() => openRun({ ...task, given }, smallText)).toThrow(
        new RegExp(`has --${name} .* cannot change to ${value}`),
      )
    },
  )

  it('cannot change its text', () => {
    expect(() => openRun(task, `${smallText}!`)).toThrow('was trained on another text')
  })
})
