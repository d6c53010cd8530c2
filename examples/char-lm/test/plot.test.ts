import { beforeAll, describe, expect, it } from 'vitest'
import { scoreBaselines } from '../src/report/outcome.js'
import { plotCurves } from '../src/report/plot.js'
import { formatTable } from '../src/report/table.js'
import { train } from '../src/train.js'
import { smallRun } from './support.js'

const { run, training, heldOut } = smallRun(30, { clip: 0.5 })
const outcome = {
  baselines: scoreBaselines(run, training, heldOut),
  score: { bits: 2.345, accuracy: 0.4567 },
  secondsPerCharacter: 0.00123,
  peakBytes: 150 * 2 ** 20,
}
beforeAll(() => train(run, training, { heldOut }))

describe('the picture', () => {
  const svg = () => plotCurves(run, outcome)

  it('is well-formed', () => {
    expect(svg()).toMatch(/^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/)
    expect(unbalanced(svg())).toEqual([])
  })

  it('names its panels and its curves', () => {
    const { unigram, trigram } = outcome.baselines
    for (const label of [
      'Loss, bits per character',
      'Norm of the gradient before clipping',
      'step',
      'training',
      'held-out 2.35',
      `unigram ${unigram.bits.toFixed(2)}`,
      `trigram ${trigram.bits.toFixed(2)}`,
      'clipped to 0.5',
      'norm',
    ])
      expect(svg()).toContain(`>${label}<`)
  })

  it('has a line through all steps for the loss and for the norm, and for each a smooth one', () => {
    const points = [...svg().matchAll(/<path d="(M[^"]*)" fill="none"/g)].map(
      ([, path]) => path.match(/[MLC]/g)?.length ?? 0,
    )
    expect(points.filter((count) => count === 30)).toHaveLength(4)
  })

  it('has dashed lines at the levels to compare with', () => {
    expect(svg().match(/<path [^>]*stroke-dasharray/g)).toHaveLength(3)
  })

  it('stays small however long the run', () => {
    const long = { ...run, step: 50_000, history: { ...run.history } }
    long.history.loss = Array.from({ length: 50_000 }, (_, i) => 2 + Math.sin(i))
    long.history.gradientNorm = long.history.loss
    expect(plotCurves(Object.setPrototypeOf(long, Object.getPrototypeOf(run)), outcome).length).toBeLessThan(
      300_000,
    )
  })
})

it('the table has the figures', () => {
  const rows = formatTable(run, outcome)
    .split('\n')
    .filter((line) => line.startsWith('│'))
    .map((line) =>
      line
        .split('│')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
  const { unigram, trigram } = outcome.baselines
  const share = (accuracy: number) => `${(100 * accuracy).toFixed(1)} %`
  expect(rows.slice(0, 4)).toEqual([
    ['held-out text', 'bits per character', 'next character right'],
    ['unigram', unigram.bits.toFixed(3), share(unigram.accuracy)],
    ['trigram', trigram.bits.toFixed(3), share(trigram.accuracy)],
    ['LSTM, 1 × 8', '2.345', '45.7 %'],
  ])
  expect(rows.slice(4)).toEqual([
    ['training', expect.stringMatching(/^\d+ s, [\d,]+ characters\/s$/)],
    ['inference', '813 characters/s'],
    ['peak memory', '150 MiB'],
  ])
})

/** The tags of an XML text that are opened and not closed in their order, or the other way about. */
function unbalanced(xml: string): string[] {
  const open: string[] = []
  const wrong: string[] = []
  const rest = xml
    .replace(/<!\[CDATA\[.*?\]\]>/gs, '')
    .replace(/<(\/?)([a-z]\w*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/gi, (_, end, name, _attributes, empty) => {
      if (end && open.pop() !== name) wrong.push(name)
      if (!end && !empty) open.push(name)
      return ''
    })
  const strayMarkup = rest.replace(/&(?:amp|lt|gt|quot|apos|#\d+|#x[\da-f]+);/gi, '').match(/[<>&]/g) ?? []
  return [...wrong, ...open, ...strayMarkup]
}
