import type { Phase } from '../learning/training.js'
import { element } from './element.js'

const [status, toggle] = [element('status', HTMLElement), element('toggle', HTMLButtonElement)]

/** Shows what is going on, and what the button does then. */
export function showPhase(phase: Phase, steps: number): void {
  const still = steps === 0 ? 'Ready.' : 'Paused.'
  const text = phase === 'still' ? still : texts[phase]
  if (status.textContent !== text) status.textContent = text // it is read aloud
  toggle.textContent = phase === 'still' ? (steps === 0 ? 'Start' : 'Resume') : 'Pause'
  toggle.disabled = phase === 'stopping'
}

const texts: Readonly<Record<Exclude<Phase, 'still'>, string>> = {
  opening: 'Looking for a device …',
  compiling: 'Compiling the step for the device …',
  training: 'Training.',
  stopping: 'Finishing the step …',
}
