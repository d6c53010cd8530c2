import { existsSync } from 'node:fs'
import { formatShare } from '@unroll/example-kit'
import { fail } from '@unroll/tensor'
import { loadNetwork } from './checkpoint.js'
import type { ReadTask } from './cli.js'
import { isoFrom, type Network, readByBeam } from './readers/network.js'
import { attentionText } from './report/attention-map.js'

/** Reads dates with a trained network: each as a text to be shown. */
export function read({ texts, resume, beam }: ReadTask): string {
  const tidy = texts.map((text) => text.normalize('NFC').trim().replace(/\s+/gu, ' '))
  if (!existsSync(resume)) fail('--read', `there is no checkpoint ${resume}: train first, without --read`)
  const network = loadNetwork(resume)
  for (const text of tidy) checkText(network, text)
  return tidy.map((text) => readOne(network, text, beam)).join('\n\n')
}

/** The likeliest dates with their probabilities, and what was looked at to write the first. */
function readOne(network: Network, text: string, beam: number): string {
  const [found] = readByBeam(network, [text], { beamWidth: beam, nBest: Math.min(beam, 3) })
  const lines = found.map((one) => `${formatShare(Math.exp(one.logProb)).padStart(8)}  ${isoFrom(one)}`)
  return [`${text} → ${isoFrom(found[0])}`, ...lines, '', attentionText({ text, decoded: found[0] })].join(
    '\n',
  )
}

function checkText({ source }: Network, text: string): void {
  const longest = 100
  const { length } = [...text]
  if (length === 0 || length > longest) fail('--read', `a date has 1 to ${longest} characters, got ${length}`)
  const strange = [...new Set(text)].filter((character) => !source.has(character))
  if (strange.length > 0)
    fail(
      '--read',
      `the network was not trained on dates with the character ${strange.map((character) => JSON.stringify(character)).join(', ')}`,
    )
}
