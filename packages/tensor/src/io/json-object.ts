import { fail } from '../errors.js'
import { excerpt, nameProblem, quote, textProblem } from './names.js'

/** A JSON value. Objects are Maps, so that no name in a file can reach a prototype. */
export type Json = string | number | boolean | null | Json[] | JsonObject
export type JsonObject = Map<string, Json>

/**
 * The object that `text` spells, by the JSON of RFC 8259 made stricter, since a file that two readers understand
 * differently is a way in:
 * - nothing, not even white space, stands before the object;
 * - no name stands twice in an object (`JSON.parse` keeps the last, without a word), or is `__proto__` and the like;
 * - numbers are integers that JavaScript holds exactly, written without fraction or exponent;
 * - values nest at most `maxDepth` deep, which also bounds the recursion here.
 * @throws UnrollError `op: …` that says what is wrong, at which character and inside which names.
 */
export function parseJsonObject(op: string, text: string, maxDepth: number): JsonObject {
  return new Parser(op, text, maxDepth).parse()
}

class Parser {
  #at = 0
  #depth = 0
  /** The names that lead to the value being read. */
  readonly #path: string[] = []

  constructor(
    readonly op: string,
    readonly text: string,
    readonly maxDepth: number,
  ) {}

  parse(): JsonObject {
    if (this.text[0] !== '{') this.#refuse(`wants {, got ${this.#found()}`)
    const object = this.#object()
    if (this.#peek() !== undefined) this.#refuse(`wants nothing after the object, got ${this.#found()}`)
    return object
  }

  #value(): Json {
    const next = this.#peek()
    if (next === '{') return this.#object()
    if (next === '[') return this.#array()
    if (next === '"') return this.#string()
    if (next !== undefined && /[-\d]/.test(next)) return this.#integer()
    for (const literal of [true, false, null])
      if (this.text.startsWith(String(literal), this.#at)) {
        this.#at += String(literal).length
        return literal
      }
    return this.#refuse(`wants a value, got ${this.#found()}`)
  }

  #object(): JsonObject {
    const object: JsonObject = new Map()
    this.#items('}', () => {
      if (this.#peek() !== '"') this.#refuse(`wants a name in quotes, got ${this.#found()}`)
      const name = this.#string()
      const problem = object.has(name) ? `the name ${quote(name)} stands twice` : nameProblem(name)
      if (problem) this.#refuse(problem)
      this.#path.push(name)
      this.#skip(':')
      object.set(name, this.#value())
      this.#path.pop()
    })
    return object
  }

  #array(): Json[] {
    const array: Json[] = []
    this.#items(']', () => array.push(this.#value()))
    return array
  }

  /** The items between an opening bracket, where the parser stands, and `close`. */
  #items(close: string, item: () => void): void {
    if (++this.#depth > this.maxDepth) this.#refuse(`values nest more than ${this.maxDepth} deep`)
    this.#at++
    if (this.#peek() !== close) {
      item()
      while (this.#peek() === ',') {
        this.#at++
        item()
      }
    }
    this.#skip(close)
    this.#depth--
  }

  #string(): string {
    const start = this.#at++
    while (this.text[this.#at] !== '"') {
      if (this.#at >= this.text.length) this.#refuse('wants a closing quote, got the end')
      this.#at += this.text[this.#at] === '\\' ? 2 : 1
    }
    this.#at++
    const string = readToken(this.text.slice(start, this.#at))
    if (string === undefined) {
      this.#at = start
      this.#refuse('a text holds a control character or an unknown escape')
    }
    const problem = textProblem(string)
    if (problem) this.#refuse(problem)
    return string
  }

  #integer(): number {
    const start = this.#at
    while (this.#at < this.text.length && /[-+.\deE]/.test(this.text[this.#at])) this.#at++
    const digits = this.text.slice(start, this.#at)
    // The length first: a number may take megabytes.
    if (digits.length <= 17 && /^(0|-?[1-9]\d*)$/.test(digits) && Number.isSafeInteger(Number(digits)))
      return Number(digits)
    this.#at = start
    return this.#refuse(`wants an integer of at most 2^53 − 1, got ${excerpt(digits)}`)
  }

  /** The next character that is not white space; undefined at the end. */
  #peek(): string | undefined {
    while (' \t\n\r'.includes(this.text[this.#at] ?? 'end')) this.#at++
    return this.text[this.#at]
  }

  #skip(mark: string): void {
    if (this.#peek() !== mark) this.#refuse(`wants ${mark}, got ${this.#found()}`)
    this.#at++
  }

  #found(): string {
    const point = this.text.codePointAt(this.#at)
    return point === undefined ? 'the end' : quote(String.fromCodePoint(point))
  }

  #refuse(problem: string): never {
    const inside = this.#path.length ? ` (inside ${this.#path.map(quote).join(', ')})` : ''
    return fail(this.op, `the header, at character ${this.#at}${inside}: ${problem}`)
  }
}

/** The string that a token in quotes spells; undefined when it holds what JSON forbids. */
function readToken(token: string): string | undefined {
  try {
    return JSON.parse(token)
  } catch {
    return undefined
  }
}
