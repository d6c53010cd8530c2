// By these, a program that copies a file's names into plain objects would reach the prototype that all share.
const forbidden = ['__proto__', 'constructor', 'prototype']

/** What forbids `name` as that of a tensor or of a piece of metadata; undefined when nothing does. */
export function nameProblem(name: string): string | undefined {
  return forbidden.includes(name)
    ? `the name ${name} is not allowed: JavaScript's objects keep it for themselves`
    : textProblem(name)
}

/** What keeps `text` from being written in UTF-8. */
export function textProblem(text: string): string | undefined {
  return /\p{Surrogate}/u.test(text)
    ? `the text ${quote(text)} holds half of a surrogate pair, which UTF-8 cannot`
    : undefined
}

/** `text` in quotes for a message, cut where it is long: a hostile file's names may take megabytes. */
export function quote(text: string): string {
  return JSON.stringify(excerpt(text))
}

/** The beginning of `text`, for a message. */
export function excerpt(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text
}
