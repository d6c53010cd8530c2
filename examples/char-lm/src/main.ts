import { resolve } from 'node:path'
import {
  abortOnInterrupt,
  commandWith,
  explain,
  interrupted,
  keepFormer,
  print,
  throttle,
} from '@unroll/example-kit'
import { loadCheckpoint, saveCheckpoint } from './checkpoint/checkpoint.js'
import { type GenerateTask, parseArguments, type TrainTask } from './cli.js'
import { generate, generateOptions } from './generate.js'
import { openRun, openText } from './open-run.js'
import { introduce } from './report/introduce.js'
import { scoreBaselines } from './report/outcome.js'
import { outputFiles } from './report/output-files.js'
import { showTraining } from './report/progress.js'
import { report } from './report/report.js'
import { mobyDick, readText } from './text/text.js'
import { train } from './train.js'

try {
  const task = parseArguments(process.argv.slice(2))
  process.exitCode = await (task.kind === 'train' ? learn(task) : write(task))
} catch (error) {
  process.exitCode = explain(error)
}

/** Trains a model and reports on it; gives the exit code. */
async function learn(task: TrainTask): Promise<number> {
  const text = task.text === undefined ? mobyDick() : readText(task.text)
  const run = openRun(task, text)
  const { training, heldOut } = openText(run, text)
  const sample = generateOptions(task.sample, run.vocabulary)
  const files = outputFiles(task)
  const baselines = scoreBaselines(run, training, heldOut)

  const interrupt = abortOnInterrupt()
  const characters = training.text.length + heldOut.text.length
  const goesOn = task.resume !== undefined && resolve(task.resume) === resolve(files.checkpoint)
  const former = goesOn ? undefined : keepFormer(files.checkpoint)
  introduce(run, { characters, baselines, former })
  const save = () => saveCheckpoint(files.checkpoint, run)
  const saveNowAndThen = throttle(60, save)
  const progress = showTraining(run)
  try {
    await train(run, training, {
      heldOut,
      signal: interrupt.signal,
      async onStep() {
        progress.update()
        await saveNowAndThen()
      },
    })
  } finally {
    progress.stop()
  }
  await save()
  interrupt.stopWatching()

  if (run.step < run.steps) {
    console.error(
      `Saved at step ${run.step}. Go on with: ${commandWith({ resume: files.checkpoint, text: task.text })}`,
    )
    return interrupted
  }
  await report(run, { heldOut, baselines, sample, files })
  return 0
}

/** Writes with a trained model, to the standard output; gives the exit code. */
async function write({ resume, sample }: GenerateTask): Promise<number> {
  const { model, vocabulary } = loadCheckpoint(resume)
  const options = generateOptions(sample, vocabulary)
  await print(options.prompt.trimStart())
  for (const character of generate(model, vocabulary, options)) await print(character)
  await print('\n')
  return 0
}
