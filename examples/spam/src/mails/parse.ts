import { words } from '@unroll/rnn'
import PostalMime from 'postal-mime'
import { textOfHtml } from './html.js'

/**
 * The words of a mail: those of its subject, then those of its body as a reader sees it (of the HTML where it has both). All
 * other headers stay out: most of them tell which server the mail came through, so they give the class of a mail in this
 * corpus away. No bytes are refused: a mail that is broken gives what can be read of it, maybe nothing.
 */
export async function wordsOf(mail: Uint8Array, limit: number): Promise<string[]> {
  const { subject = '', text = '', html } = await parse(mail)
  const body = html === undefined ? withoutFooter(withoutVerdict(text)) : textOfHtml(withoutVerdict(html))
  // A word has some six characters; the rest of a huge mail need not be looked at.
  return words(plain(`${withoutListTag(subject)}\n${body}`.slice(0, 50 * limit + 10_000))).slice(0, limit)
}

async function parse(mail: Uint8Array): Promise<{ subject?: string; text?: string; html?: string }> {
  try {
    return await PostalMime.parse(mail)
  } catch {
    // More parts or headers than any honest mail has.
    return { text: new TextDecoder('latin1').decode(mail) }
  }
}

/**
 * A text in which names that stand for one mail only are gone: an address of a page, of a person and a number are the words
 * `URL`, `EMAIL` and `NUMBER`, in capitals since all else is in small letters. Of rows of one mark (`-----`) three are left.
 */
function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/(?:https?:\/\/|www\.)[^\s<>"')\]]+/g, ' URL ')
    .replace(/[^\s<>"'()[\]@:;,]{1,64}@[a-z\d-]{1,63}(?:\.[a-z\d-]{1,63})+/g, ' EMAIL ')
    .replace(/(?<![\p{L}\p{N}])\p{N}[\p{N}.,:]*/gu, ' NUMBER ')
    .replace(/([^\s\p{L}\p{M}\p{N}])\1{3,}/gu, '$1$1$1')
}

/** `Re: [ILUG] Hello` → `Re: Hello`: the name of a mailing list says more of who sends than of what is sent. */
function withoutListTag(subject: string): string {
  return subject.replace(/^((?:(?:re|fwd?):\s*)*)\[[^\]]*\]/i, '$1')
}

/** Without what a filter has said of it before: SpamAssassin then put its reasons into the body, in lines with a mark in front. */
function withoutVerdict(text: string): string {
  return text.replace(/^S?PAM: .*$/gm, '')
}

/** Without what mailing lists and free mail services put under every mail: a line of dashes, and a few lines more. */
function withoutFooter(text: string): string {
  const lines = text.trimEnd().split('\n')
  const from = Math.max(0, lines.length - longestFooter)
  const rule = lines.findIndex((line, i) => i >= from && /^[_-]{20}/.test(line))
  return rule < 0 ? text : lines.slice(0, rule).join('\n')
}

/** In lines. */
const longestFooter = 16
