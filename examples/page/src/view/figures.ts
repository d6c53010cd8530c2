import { charactersPerStep } from '../learning/batches.js'
import { recentLoss } from './curve.js'
import { element } from './element.js'

const places = {
  loss: element('loss', HTMLElement),
  steps: element('steps', HTMLElement),
  rate: element('rate', HTMLElement),
  characters: element('characters', HTMLElement),
}

/** Shows how far the training is, and how fast it goes. */
export function showFigures(losses: readonly number[], perSecond: number | undefined): void {
  places.loss.textContent = recentLoss(losses)?.toFixed(2) ?? '–'
  places.steps.textContent = whole(losses.length)
  places.rate.textContent = perSecond?.toFixed(1) ?? '–'
  places.characters.textContent = whole(losses.length * charactersPerStep)
}

function whole(x: number): string {
  return x.toLocaleString('en')
}
