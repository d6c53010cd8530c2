import { expect, it } from 'vitest'
import { drawPicture } from '../src/report/picture.js'

const epoch = (epoch: number, loss: number) => ({
  ...{ epoch, loss, metrics: {}, validation: { loss: loss + 0.1, metrics: {} } },
  ...{ lr: 0.1, gradientNorm: 1, steps: 3, seconds: 1 },
})
const mails = [true, false, true, false].map((spam, i) => ({
  ...{ spam, path: `${i}`, group: 'x', words: ['a'] },
}))
const parts = {
  history: [epoch(1, 0.5), epoch(2, 0.3)],
  judged: [
    { name: 'all is ham', logits: [-1, -1, -1, -1] },
    { name: 'counting', logits: [1, 2, 3, -1] },
    { name: 'reading', logits: [2, -1, 3, -4] },
  ],
  mails,
  readings: [
    {
      name: 'spam/1: spam, found',
      spam: true,
      curve: [1, 2, 3].map((word) => ({ word, probability: word / 4 })),
    },
    { name: 'ham/1: <ham>', spam: false, curve: [{ word: 1, probability: 0.1 }] },
  ],
}

it('has its three panels, and a curve with its name for each thing that is compared', () => {
  const svg = drawPicture(parts)
  expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/)
  for (const label of [
    'Loss',
    'epoch',
    'training',
    'validation',
    'counting',
    'reading',
    'words read',
    'spam/1: spam, found',
  ])
    expect(svg).toContain(`>${label}<`)
  expect(svg).toContain('>ham/1: &lt;ham&gt;<')
  expect(svg).not.toContain('all is ham')
  expect(svg.match(/<path [^>]*stroke-dasharray/g)?.length).toBeGreaterThanOrEqual(1)
})

it('can be drawn of a run that ended at once', () => {
  expect(drawPicture({ ...parts, history: [], readings: [] })).toContain('>Loss<')
})
