import type { Run } from '../learning/run.js'
import { write } from '../learning/write.js'
import { element } from './element.js'

const [sample, former] = [element('sample', HTMLElement), element('former', HTMLOListElement)]

/** After so many steps, what is written is kept to compare. */
const milestones = [1, 30, 100, 300, 1000, 3000, 10_000, 30_000, 100_000]

/** Shows what a run writes by now, and what it wrote before. */
export class Writing {
  #kept = 0

  show(run: Run): void {
    sample.textContent = run.step === 0 ? 'Nothing yet.' : write(run, 400)
  }

  /** Keeps what is written when a milestone has been passed. */
  keep(run: Run): void {
    const passed = milestones.findLast((step) => step <= run.step) ?? 0
    if (passed <= this.#kept) return
    this.#kept = passed
    former.prepend(entry(run.step, write(run, 120)))
  }

  /** Another run begins, or goes on. */
  clear(run: Run): void {
    this.#kept = run.step
    former.replaceChildren()
    this.show(run)
  }
}

function entry(step: number, text: string): HTMLLIElement {
  const [made, title] = [document.createElement('li'), document.createElement('b')]
  title.textContent = `after ${step.toLocaleString('en')} ${step === 1 ? 'step' : 'steps'} `
  made.append(title, text)
  return made
}
