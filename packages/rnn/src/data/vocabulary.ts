import { checkNames, fail, kindOf, type OptionNames, Tensor } from '@unroll/tensor'
import { checkSize } from '../modules/options.js'

/** What stands for no symbol of the texts: padding, any symbol that is not known, the start and the end of a text. */
export type Special = 'pad' | 'unknown' | 'start' | 'end'

/** In the order of their indices. */
const everySpecial: readonly Special[] = ['pad', 'unknown', 'start', 'end']

export interface VocabularyOptions {
  /** Those that there are to be. They take the first indices, in the order pad, unknown, start, end. Default: pad and unknown. */
  specials?: readonly Special[]
  /** How often a symbol stands in the texts at least, to be known. Default: 1. */
  minCount?: number
  /** How many symbols to know at most, the most frequent ones; the specials are not counted. Default: all. */
  maxSymbols?: number
}

const vocabularyOptions: OptionNames<VocabularyOptions> = { specials: true, minCount: true, maxSymbols: true }

export interface EncodeOptions {
  /** Put the start in front. Default: false. */
  start?: boolean
  /** Put the end behind. Default: false. */
  end?: boolean
}

const encodeOptions: OptionNames<EncodeOptions> = { start: true, end: true }

/** Plain data. */
export interface VocabularyState {
  readonly specials: readonly Special[]
  readonly symbols: readonly string[]
}

/**
 * The symbols that a model of texts knows, numbered: characters or words, or whatever the texts are lists of. A string is
 * a text of characters (Unicode code points), an array one of its elements.
 *
 *     const vocabulary = Vocabulary.of(texts.map(words), { minCount: 2 })
 *     const { values, lengths } = padSequences(texts.map((text) => vocabulary.encode(words(text))))
 *
 * The specials are no symbols: a text in which `<pad>` is written has that symbol, not the padding.
 */
export class Vocabulary {
  /** The index of padding, 0; undefined when it is not among the specials, as the following. */
  readonly pad: number | undefined
  readonly unknown: number | undefined
  readonly start: number | undefined
  readonly end: number | undefined
  readonly specials: readonly Special[]
  readonly symbols: readonly string[]
  readonly #indices: ReadonlyMap<string, number>

  /** @throws UnrollError when a symbol stands twice, or is not a string. */
  constructor(symbols: readonly string[], specials: readonly Special[] = ['pad', 'unknown']) {
    this.specials = checkSpecials(specials)
    const indexOf = (special: Special) => {
      const index = this.specials.indexOf(special)
      return index < 0 ? undefined : index
    }
    this.pad = indexOf('pad')
    this.unknown = indexOf('unknown')
    this.start = indexOf('start')
    this.end = indexOf('end')
    this.symbols = checkSymbols(symbols)
    this.#indices = new Map(symbols.map((symbol, i) => [symbol, this.specials.length + i]))
    if (this.#indices.size !== symbols.length) fail('Vocabulary', 'a symbol stands twice')
  }

  /** The symbols of texts, the most frequent first and those equally so by their code units. @throws UnrollError when there are none. */
  static of(texts: Iterable<Iterable<string>>, options: VocabularyOptions = {}): Vocabulary {
    checkNames('Vocabulary.of', options, vocabularyOptions)
    const { specials, minCount = 1, maxSymbols = Number.POSITIVE_INFINITY } = options
    checkSize('Vocabulary.of', 'minCount', minCount)
    if (maxSymbols !== Number.POSITIVE_INFINITY) checkSize('Vocabulary.of', 'maxSymbols', maxSymbols)
    if (typeof texts === 'string')
      fail('Vocabulary.of', 'wants a list of texts, got one text; [text] is a list of one')
    const counts = new Map<string, number>()
    for (const text of listOf('Vocabulary.of', 'texts', texts))
      for (const symbol of listOf('Vocabulary.of', 'a text', text))
        counts.set(symbol, (counts.get(symbol) ?? 0) + 1)
    const known = [...counts].filter(([, count]) => count >= minCount)
    if (known.length === 0)
      fail(
        'Vocabulary.of',
        `the texts have no symbol that stands there ${minCount === 1 ? 'at all' : `${minCount} times`}`,
      )
    known.sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    const symbols = known.slice(0, maxSymbols).map(([symbol]) => symbol)
    return new Vocabulary(symbols, specials)
  }

  /** @throws UnrollError when it is not the state of a vocabulary. */
  static fromState(state: VocabularyState): Vocabulary {
    const { symbols, specials } = state ?? {}
    if (!Array.isArray(symbols) || !Array.isArray(specials))
      fail('Vocabulary.fromState', `wants { specials, symbols }, got ${kindOf(state)}`)
    return new Vocabulary(symbols, specials)
  }

  get state(): VocabularyState {
    return { specials: [...this.specials], symbols: [...this.symbols] }
  }

  /** The number of indices, specials included: the `numEmbeddings` of an Embedding, the classes of a model. */
  get size(): number {
    return this.specials.length + this.symbols.length
  }

  has(symbol: string): boolean {
    return this.#indices.has(symbol)
  }

  /** The index of a symbol, or of `unknown`. @throws UnrollError when it is not known and there is no `unknown`. */
  indexOf(symbol: string): number {
    return (
      this.#indices.get(symbol) ??
      this.unknown ??
      fail('Vocabulary', `does not know ${JSON.stringify(symbol)}`)
    )
  }

  /** The indices of a text's symbols. @throws UnrollError that lists the unknown ones, when there is no `unknown`. */
  encode(text: Iterable<string>, options: EncodeOptions = {}): Int32Array {
    const op = 'Vocabulary.encode'
    checkNames(op, options, encodeOptions)
    const { start = false, end = false } = options
    const symbols = [...listOf(op, 'a text', text)]
    if (this.unknown === undefined) this.#checkKnown(op, symbols)
    return Int32Array.from([
      ...(start ? [this.start ?? fail(op, 'there is no start among the specials')] : []),
      ...symbols.map((symbol) => this.indexOf(symbol)),
      ...(end ? [this.end ?? fail(op, 'there is no end among the specials')] : []),
    ])
  }

  /**
   * The symbols that indices stand for, up to the first `end`; the specials are left out. With `specials`, all of them, the
   * specials as `<pad>`, `<unknown>`, `<start>` and `<end>`.
   *
   *     vocabulary.decode(indices).join('')   // the text, of characters
   *
   * @throws UnrollError when an index is out of range.
   */
  decode(indices: Iterable<number> | Tensor, options: { specials?: boolean } = {}): string[] {
    const op = 'Vocabulary.decode'
    checkNames(op, options, { specials: true })
    const { specials = false } = options
    const list = indices instanceof Tensor ? vectorOf(op, indices) : listOf(op, 'indices', indices)
    const decoded: string[] = []
    for (const index of list) {
      if (!Number.isInteger(index) || index < 0 || index >= this.size)
        fail(op, `index ${kindOf(index)} is out of range (want 0 … ${this.size - 1})`)
      const special = this.specials[index]
      if (special === 'end' && !specials) break
      if (!special) decoded.push(this.symbols[index - this.specials.length])
      else if (specials) decoded.push(`<${special}>`)
    }
    return decoded
  }

  #checkKnown(op: string, symbols: readonly string[]): void {
    const strange = [...new Set(symbols)].filter((symbol) => !this.has(symbol))
    const listed = strange.slice(0, 10).map((symbol) => JSON.stringify(symbol))
    if (strange.length > 0)
      fail(
        op,
        `does not know ${listed.join(', ')}${strange.length > 10 ? ' and others' : ''}, and has no special unknown`,
      )
  }
}

function checkSpecials(specials: readonly Special[]): Special[] {
  if (!Array.isArray(specials)) fail('Vocabulary', `specials is an array, got ${kindOf(specials)}`)
  const stranger = specials.find((special) => !everySpecial.includes(special))
  if (stranger !== undefined)
    fail('Vocabulary', `specials are of ${everySpecial.join(', ')}; got ${JSON.stringify(stranger)}`)
  return everySpecial.filter((special) => specials.includes(special))
}

function checkSymbols(symbols: readonly string[]): readonly string[] {
  if (!Array.isArray(symbols)) fail('Vocabulary', `wants an array of symbols, got ${kindOf(symbols)}`)
  const stranger = symbols.findIndex((symbol) => typeof symbol !== 'string')
  if (stranger >= 0)
    fail('Vocabulary', `wants symbols that are strings, got ${kindOf(symbols[stranger])} at ${stranger}`)
  return Object.freeze([...symbols]) // a copy: whoever made the list may go on with it
}

function listOf<T>(op: string, what: string, list: Iterable<T>): Iterable<T> {
  if (typeof list?.[Symbol.iterator] !== 'function')
    fail(op, `wants ${what} to be a list, got ${kindOf(list)}`)
  return list
}

function vectorOf(op: string, indices: Tensor): Iterable<number> {
  if (indices.dtype !== 'int32' || indices.rank !== 1)
    fail(op, `wants indices as int32 [T], got ${indices.dtype} [${indices.shape.join(', ')}]`)
  return indices.data
}
