import { clearProblem, showProblem } from './problem.js'

/** The action that was begun last. */
let last: Promise<void> = Promise.resolve()

/** What a control does: one action after another, and what goes wrong is said in the page. */
export function act(action: () => void | Promise<void>): () => void {
  return () => {
    last = last.then(async () => {
      clearProblem()
      try {
        await action()
      } catch (problem) {
        showProblem(problem)
      }
    })
  }
}
