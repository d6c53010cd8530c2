import { describe, expect, it } from 'vitest'
import { textOfHtml } from '../src/mails/html.js'
import { wordsOf } from '../src/mails/parse.js'

const read = (mail: string | Uint8Array, limit = 50) =>
  wordsOf(typeof mail === 'string' ? new TextEncoder().encode(mail) : mail, limit)
const readJoined = async (mail: string | Uint8Array, limit?: number) => (await read(mail, limit)).join(' ')

describe('the words of a mail', () => {
  it('are those of the subject and the text, and not of other headers', async () => {
    const mail =
      'X-Spam-Flag: YES\nList-Id: <ilug.linux.ie>\nSubject: Re: [ILUG] Hello\n\nDear Sir,\nit works!\n'
    expect(await readJoined(mail)).toBe('re : hello dear sir , it works !')
  })

  it('have names for addresses and numbers, and short rows of marks', async () => {
    const mail =
      'Subject: $19.95!!!!!!\n\nwrite to bob@example.com or http://example.com/x?y=1 by 12:30, 4u 2nd\n'
    expect(await readJoined(mail)).toBe('$ NUMBER ! ! ! write to EMAIL or URL by NUMBER NUMBER u NUMBER nd')
  })

  it('are decoded: of quoted-printable, base64, encoded subjects, Latin-1', async () => {
    expect(
      await readJoined(
        'Subject: =?iso-8859-1?Q?caf=E9?=\nContent-Transfer-Encoding: quoted-printable\n\na=\nb',
      ),
    ).toBe('café ab')
    const base64 = Buffer.from('Hidden words').toString('base64')
    expect(await readJoined(`Content-Transfer-Encoding: base64\n\n${base64}`)).toBe('hidden words')
    const latin1 = Buffer.from('Content-Type: text/plain; charset=iso-8859-1\n\nMünchen', 'latin1')
    expect(await readJoined(latin1)).toBe('münchen')
  })

  it('are those of the HTML where there are both, without the footer where there is text', async () => {
    const both =
      'Content-Type: multipart/alternative; boundary=x\n\n--x\n\nplain\n--x\nContent-Type: text/html\n\n<p>V<b></b>iagra<br>now&nbsp;&lt;3</p>\n--x--\n'
    expect(await readJoined(both)).toBe('viagra now < NUMBER')
    const footer = `\n\nhello\n${'_'.repeat(47)}\nilug mailing list\nhttp://www.linux.ie/mailman/listinfo/ilug\n`
    expect(await readJoined(footer)).toBe('hello')
  })

  it('are without the verdict of another filter', async () => {
    expect(await readJoined('\n\nSPAM: Start SpamAssassin results\nSPAM: (9.9 hits)\nspam: and eggs')).toBe(
      'spam : and eggs',
    )
  })

  it('are as many as are wanted', async () => {
    expect(await read(`\n\n${'word '.repeat(1000)}`, 7)).toHaveLength(7)
  })
})

describe('a hostile mail', () => {
  it.each([
    ['an empty one', '', ''],
    ['only headers', 'Subject: \nFrom: x\n', ''],
    ['an attachment alone', 'Content-Type: application/x-virus\n\nMZ', ''],
    ['a charset that there is not', 'Content-Type: text/plain; charset="DEFAULT"\n\nhello', 'hello'],
    ['broken base64', 'Content-Transfer-Encoding: base64\n\n!!!!', ''],
    ['a part that never ends', 'Content-Type: multipart/mixed; boundary=x\n\n--x\n\nhello', 'hello'],
    ['HTML that breaks off', 'Content-Type: text/html\n\n<p>hello <font color="', 'hello < font color = "'],
    ['HTML with all of it hidden', 'Content-Type: text/html\n\n<!-- hello', ''],
  ])('may be %s', async (_, mail, wanted) => {
    expect(await readJoined(mail)).toBe(wanted)
  })

  it('may be no text at all', async () => {
    const noise = Uint8Array.from({ length: 5000 }, (_, i) => (i * 7919) % 256)
    expect(Array.isArray(await read(noise))).toBe(true)
  })

  it('may have more headers than there can be', async () => {
    expect((await read(`X: ${'y'.repeat(3_000_000)}\n\nhello`, 5)).length).toBeGreaterThan(0)
  })

  it('is read soon, whatever it repeats', async () => {
    for (const piece of ['<', '<!--', '<script', '&', '&#', '1.', 'a@', 'http://', '_', '[']) {
      const words = await read(`Content-Type: text/html\n\n${piece.repeat(200_000)}`, 9)
      expect(words.length).toBeLessThanOrEqual(9)
    }
  })

  it('cannot name what is in a prototype', () => {
    expect(textOfHtml('&toString; &constructor &amp; &#1114112; &#65;')).toBe(
      '&toString; &constructor & &#1114112; A',
    )
  })
})
