import { fail } from '@unroll/tensor'

/** The characters (Unicode code points) that a model knows, numbered from 0. */
export class Vocabulary {
  readonly #numbers: ReadonlyMap<string, number>

  constructor(readonly characters: readonly string[]) {
    this.#numbers = new Map(characters.map((character, number) => [character, number]))
  }

  /** Every character that a text uses, in the order of their code points. */
  static of(text: string): Vocabulary {
    const inOrder = [...new Set(text)].sort((a, b) => Number(a.codePointAt(0)) - Number(b.codePointAt(0)))
    return new Vocabulary(inOrder)
  }

  get size(): number {
    return this.characters.length
  }

  /** The numbers of a text's characters. @throws UnrollError that lists the unknown ones. */
  encode(text: string): Int32Array {
    const numbers = new Int32Array(text.length) // longer than needed where a character takes two UTF-16 units
    const unknown = new Set<string>()
    let count = 0
    for (const character of text) {
      const number = this.#numbers.get(character)
      if (number === undefined) unknown.add(character)
      else numbers[count++] = number
    }
    if (unknown.size > 0) {
      const listed = [...unknown].slice(0, 10).map((character) => JSON.stringify(character))
      fail('vocabulary', `the model was not trained on a text with the character ${listed.join(', ')}`)
    }
    return numbers.subarray(0, count)
  }

  has(character: string): boolean {
    return this.#numbers.has(character)
  }

  decode(numbers: Iterable<number>): string {
    return Array.from(numbers, (number) => this.characters[number]).join('')
  }
}
