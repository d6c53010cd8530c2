import type { Mail } from '../mails/corpus.js'

/**
 * A test mail for each outcome: of those that were judged rightly the one in the middle, by how sure the network was; of those
 * judged wrongly the one that it was surest of. Very short ones are left out.
 */
export function chooseMails(
  logits: readonly number[],
  mails: readonly Mail[],
): { mail: Mail; outcome: string }[] {
  const all = mails
    .map((mail, i) => ({ mail, logit: logits[i] }))
    .filter(({ mail }) => mail.words.length >= 20)
  const rising = all.sort((a, b) => Math.abs(a.logit) - Math.abs(b.logit))
  return outcomes.flatMap(({ spam, taken, outcome }) => {
    const found = rising.filter(({ mail, logit }) => mail.spam === spam && logit > 0 === taken)
    const chosen = spam === taken ? found[found.length >> 1] : found.at(-1)
    return chosen ? [{ mail: chosen.mail, outcome }] : []
  })
}

const outcomes = [
  { spam: true, taken: true, outcome: 'spam, found' },
  { spam: true, taken: false, outcome: 'spam, missed' },
  { spam: false, taken: false, outcome: 'ham, let pass' },
  { spam: false, taken: true, outcome: 'ham, taken for spam' },
]
