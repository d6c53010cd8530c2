import type { Mode } from '@unroll/tensor/gpu'
import { decodeRun, encodeRun } from './files/checkpoint.js'
import { download } from './files/download.js'
import { readFile } from './files/read-file.js'
import { Run } from './learning/run.js'
import type { SizeName } from './learning/sizes.js'
import { Training } from './learning/training.js'
import { act } from './view/act.js'
import { showDevice, showStep } from './view/device.js'
import { element } from './view/element.js'
import { every } from './view/every.js'
import { showFigures } from './view/figures.js'
import { LossChart } from './view/loss-chart.js'
import { showProblem } from './view/problem.js'
import { Rate } from './view/rate.js'
import { showPhase } from './view/status.js'
import { Writing } from './view/writing.js'

const mode = element('mode', HTMLSelectElement)
const size = element('size', HTMLSelectElement)
const file = element('file', HTMLInputElement)

const chart = new LossChart(element('curve', HTMLElement))
const writing = new Writing()
const rate = new Rate()

const training = new Training(new Run(size.value as SizeName), {
  onPhase(phase) {
    if (phase === 'still') {
      rate.reset()
      show()
    }
    showPhase(phase, training.run.step)
  },
  onDevice: showDevice,
  onCompiled: showStep,
  onSteps(count) {
    rate.add(count)
    writing.keep(training.run)
    showNumbersNowAndThen()
    showTextNowAndThen()
  },
  onProblem: showProblem,
})

function showNumbers(): void {
  showFigures(training.run.losses, rate.perSecond)
  chart.show(training.run.losses)
}

function showText(): void {
  writing.show(training.run)
}

function show(): void {
  showNumbers()
  showText()
}

// Not after every step: that takes time too.
const showNumbersNowAndThen = every(250, showNumbers)
const showTextNowAndThen = every(1000, showText)

/** Begins, or goes on, with a run. */
async function take(run: Run): Promise<void> {
  await training.take(run)
  size.value = run.size
  writing.clear(run)
  show()
  if (!training.isGoing) showPhase('still', run.step)
}

element('toggle', HTMLButtonElement).onclick = act(() =>
  training.isGoing ? training.pause() : training.start(),
)
element('again', HTMLButtonElement).onclick = act(() => take(new Run(size.value as SizeName)))
element('save', HTMLButtonElement).onclick = act(() =>
  training.between(() => {
    const { run } = training
    download(`moby-dick-${run.step}.safetensors`, encodeRun(run))
  }),
)
element('load', HTMLButtonElement).onclick = () => file.click()
file.onchange = act(async () => {
  const chosen = file.files?.[0]
  file.value = '' // so that the same one can be chosen again
  if (chosen) await take(await runIn(chosen))
})
mode.onchange = act(() => training.changeMode(mode.value as Mode | 'auto'))
size.onchange = act(() => take(new Run(size.value as SizeName)))

async function runIn(chosen: File): Promise<Run> {
  const bytes = await readFile(chosen)
  try {
    return decodeRun(bytes)
  } catch (problem) {
    throw new Error(`${chosen.name} cannot be used: ${problem instanceof Error ? problem.message : problem}`)
  }
}
