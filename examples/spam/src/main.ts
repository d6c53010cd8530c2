import { join, resolve } from 'node:path'
import {
  abortOnInterrupt,
  commandWith,
  explain,
  interrupted,
  keepFormer,
  print,
  replaceFile,
} from '@unroll/example-kit'
import { notesOf } from './checkpoint.js'
import { classify } from './classify.js'
import { parseArguments, type TrainTask } from './cli.js'
import { openRun } from './open-run.js'
import { introduce } from './report/introduce.js'
import { defaultFolder, outputFiles } from './report/output-files.js'
import { showTraining } from './report/progress.js'
import { report } from './report/report.js'
import { train } from './train.js'

try {
  const task = parseArguments(process.argv.slice(2))
  if (task.kind === 'train') process.exitCode = await learn(task)
  else
    await print(
      `${await classify(task.file, task.resume ?? join(defaultFolder, 'checkpoint.safetensors'))}\n`,
    )
} catch (error) {
  process.exitCode = explain(error)
}

/** Trains a network and reports on it; gives the exit code. */
async function learn(task: TrainTask): Promise<number> {
  const run = await openRun(task)
  const files = outputFiles(task)
  const goesOn = task.resume !== undefined && resolve(task.resume) === resolve(files.checkpoint)
  const former = goesOn ? undefined : keepFormer(files.checkpoint)
  const interrupt = abortOnInterrupt()
  introduce(run, former)
  const progress = showTraining(run.split.training.length)
  const { history, reason } = await train(run.model, run.split, {
    config: run.config,
    vocabulary: run.vocabulary,
    rng: run.rng,
    callbacks: progress,
    checkpoint: (bytes) => replaceFile(files.checkpoint, bytes),
    notes: notesOf(run),
    resume: run.resume,
    signal: interrupt.signal,
  }).finally(() => progress.stop())
  interrupt.stopWatching()

  if (reason === 'aborted') {
    const command = commandWith({ resume: files.checkpoint, mails: task.mails })
    console.error(`Saved in epoch ${history.length + 1}. Go on with: ${command}`)
    return interrupted
  }
  await report(run, history, files)
  return 0
}
