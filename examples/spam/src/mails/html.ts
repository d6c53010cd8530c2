/**
 * The words that a reader sees of an HTML page: without comments, scripts and styles, marks such as `<b>` gone without a
 * trace (`V<b></b>iagra` is one word), others (`<br>`, `<td>`) a space. A page that is broken off, or was never HTML, gives
 * what there is. Linear in its length: each expression stops at the next `<` or `>`.
 */
export function textOfHtml(html: string): string {
  return decodeEntities(
    cutOut(html)
      .replace(/<\/?(?:b|i|u|em|strong|font|span|a)(?:\s[^<>]*)?>/gi, '')
      .replace(/<[/!?a-z][^<>]*>/gi, ' '),
  )
}

/** Cuts out what is not shown. By hand, since an expression would look for the end of each beginning anew. */
function cutOut(html: string): string {
  const lower = html.toLowerCase()
  const kept: string[] = []
  let at = 0
  for (const { index, 0: begin } of lower.matchAll(/<!--|<(?:script|style|title)\b/g)) {
    if (index < at) continue
    kept.push(html.slice(at, index))
    const end = begin === '<!--' ? '-->' : `</${begin.slice(1)}`
    const found = lower.indexOf(end, index + begin.length)
    if (found < 0) return kept.join('') // the rest is not shown
    at = found + (begin === '<!--' ? end.length : 0)
  }
  return kept.join('') + html.slice(at)
}

/** Characters by their names or numbers. What is no such name, or no character, stays as it stands. */
function decodeEntities(text: string): string {
  return text.replace(/&(?:#x([\da-f]{1,6})|#(\d{1,7})|([a-z]{2,6}));?/gi, (whole, hex, decimal, name) => {
    if (name) return named[name.toLowerCase()] ?? whole
    const code = hex ? Number.parseInt(hex, 16) : Number(decimal)
    return code > 0x10ffff ? whole : String.fromCodePoint(code)
  })
}

const named: Readonly<Record<string, string>> = Object.assign(Object.create(null), {
  ...{
    nbsp: ' ',
    amp: '&',
    lt: '<',
    gt: '>',
    quot: '"',
    apos: "'",
    lsquo: '‘',
    rsquo: '’',
    ldquo: '“',
    rdquo: '”',
  },
  ...{
    copy: '©',
    reg: '®',
    trade: '™',
    bull: '•',
    middot: '·',
    ndash: '–',
    mdash: '—',
    pound: '£',
    euro: '€',
  },
})
