import { tensor } from '@unroll/tensor'
import { expect, it } from 'vitest'
import { target } from '../src/model.js'
import { attentionText, drawAttention } from '../src/report/attention-map.js'
import { drawCurves } from '../src/report/curves.js'

const text = '3 Mai'
const looks = [0, 1].map((wanted) => ({
  text,
  decoded: {
    symbols: [...target.encode('79')],
    ...{ logProbs: [0, 0], logProb: 0, ended: false },
    // what is read is padded by one
    weights: tensor([
      [wanted, 0, 1 - wanted, 0, 0, 0],
      [0, 0, 0, 0.5, 0.5, 0],
    ]),
  },
}))

it('attention: a title, the characters on both axes, and a cell for each pair', () => {
  const svg = drawAttention(looks)
  const texts = [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, content]) => content)
  expect(texts.filter((one) => one === '3 Mai  →  79')).toHaveLength(2)
  for (const character of ['3', '·', 'M', 'a', 'i', '7', '9'])
    expect(texts.filter((one) => one === character)).toHaveLength(2)
  const cells = [...svg.matchAll(/<path[^>]*fill="rgb\([^"]*"[^>]*stroke="#fff"/g)]
  expect(cells).toHaveLength(2 * text.length * 2)
})

it('attention in a terminal: a line for each character that was written', () => {
  expect(attentionText(looks[1])).toBe(['   3·Mai', ' 7 █    ', ' 9    ▒▒'].join('\n'))
})

it('curves: both parts, both figures', () => {
  const figures = { loss: 0.5, metrics: { exact: 0.25 } }
  const rest = { lr: 0.01, gradientNorm: 1, steps: 3, seconds: 1 }
  const svg = drawCurves({
    history: [1, 2].map((epoch) => ({ epoch, ...figures, ...rest, validation: figures })),
  })
  for (const part of ['Loss, nats per character', 'Dates that are right', 'training', 'validation', 'epoch'])
    expect(svg).toContain(part)
})
