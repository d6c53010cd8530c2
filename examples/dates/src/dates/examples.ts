import type { Random } from '@unroll/tensor'
import { canWrite, type Form, forms, isUnseen, unseenForms, write } from './forms.js'
import { type Day, dayAfter, isoOf, type Language, languageCodes } from './languages.js'
import { mistype } from './mistype.js'

/** A date as somebody wrote it, and what it means. */
export interface Example extends Form {
  text: string
  iso: string
}

/** No date stands in two of these, in whatever form. */
export interface Examples {
  training: Example[]
  /** To choose the best epoch by. */
  validation: Example[]
  /** To judge by. */
  heldOut: Example[]
  /** To judge by, in forms that do not occur in training. */
  unseen: Example[]
  /** To judge by, each with a slip. */
  mistyped: Example[]
}

/** How many examples there are of each. */
export interface Sizes {
  training: number
  /** And half as many to validate, in unseen forms, and mistyped. */
  heldOut: number
}

/** From 1900 to 2099. */
export const dayCount = (Date.UTC(2100, 0) - Date.UTC(1900, 0)) / 86_400_000

/**
 * Dates from 1900 to 2099, each of them once, in one form. What is held out is drawn first: it is the same however much
 * there is to train on.
 */
export function drawExamples({ training, heldOut }: Sizes, rng: Random): Examples {
  const order = rng.permutation(dayCount).data
  let used = 0
  const draw = (count: number, exampleOf: (day: Day, rng: Random) => Example) =>
    Array.from({ length: count }, () => exampleOf(dayAfter(1900, order[used++]), rng))
  const half = Math.ceil(heldOut / 2)
  return {
    heldOut: draw(heldOut, clean),
    unseen: draw(half, (day) => example(anyForm(unseenForms, day, rng), day, rng)),
    mistyped: draw(half, wrong),
    validation: draw(half, mixed),
    training: draw(training, mixed),
  }
}

/** In a form of training. */
function clean(day: Day, rng: Random): Example {
  const language = languageCodes[rng.integer(languageCodes.length)]
  return example(anyForm(seenForms[language], day, rng), day, rng)
}

/** The same, with a slip. */
function wrong(day: Day, rng: Random): Example {
  while (true) {
    const found = clean(day, rng)
    const text = mistype(found.text, rng)
    if (text !== undefined && text !== found.text) return { ...found, text }
  }
}

/** One in five with a slip. */
function mixed(day: Day, rng: Random): Example {
  return rng.integer(5) === 0 ? wrong(day, rng) : clean(day, rng)
}

/** One in three in lower case, as people type. */
function example(form: Form, day: Day, rng: Random): Example {
  const text = write(form, day)
  return { ...form, text: rng.integer(3) === 0 ? text.toLowerCase() : text, iso: isoOf(day) }
}

/** One of those that can write the day. */
function anyForm(list: readonly Form[], day: Day, rng: Random): Form {
  const able = list.filter((form) => canWrite(form, day))
  return able[rng.integer(able.length)]
}

const seenForms = Object.fromEntries(
  languageCodes.map((language) => [
    language,
    forms[language].map((template) => ({ language, template })).filter((form) => !isUnseen(form)),
  ]),
) as Record<Language, Form[]>
