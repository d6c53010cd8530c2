import { element } from './element.js'

const place = element('problem', HTMLElement)

/** Says what went wrong, in place of what did before. */
export function showProblem(problem: unknown): void {
  place.textContent = problem instanceof Error ? problem.message : String(problem)
  place.hidden = false
}

export function clearProblem(): void {
  place.hidden = true
}
