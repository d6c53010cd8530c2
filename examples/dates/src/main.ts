import { resolve } from 'node:path'
import {
  abortOnInterrupt,
  commandWith,
  explain,
  interrupted,
  keepFormer,
  print,
  replaceFile,
} from '@unroll/example-kit'
import { parseArguments, type TrainTask } from './cli.js'
import { languageCodes } from './dates/languages.js'
import { openRun } from './open-run.js'
import { read } from './read.js'
import { dateParse } from './readers/date-parse.js'
import { nearest } from './readers/nearest.js'
import { rules } from './readers/rules.js'
import { introduce } from './report/introduce.js'
import { outputFiles } from './report/output-files.js'
import { showTraining } from './report/progress.js'
import { report } from './report/report.js'
import { train } from './train.js'

try {
  const task = parseArguments(process.argv.slice(2))
  if (task.kind === 'read') await print(`${read(task)}\n`)
  else process.exitCode = await learn(task)
} catch (error) {
  process.exitCode = explain(error)
}

/** Trains a network and reports on it; gives the exit code. */
async function learn(task: TrainTask): Promise<number> {
  const { run, bytes } = openRun(task)
  const files = outputFiles(task)
  const baselines = [
    dateParse,
    nearest(run.examples.training),
    rules('rules, English names', ['en']),
    rules('rules, all names', languageCodes),
    rules('rules, most similar', languageCodes, { mostLike: true }),
  ]

  const interrupt = abortOnInterrupt()
  const goesOn = task.resume !== undefined && resolve(task.resume) === resolve(files.checkpoint)
  introduce(run, baselines, goesOn ? undefined : keepFormer(files.checkpoint))
  const progress = showTraining()
  const result = await train(run, {
    resume: bytes,
    signal: interrupt.signal,
    callbacks: progress,
    save: (bytes) => replaceFile(files.checkpoint, bytes),
  }).finally(() => progress.stop())
  interrupt.stopWatching()

  if (result.reason === 'aborted') {
    console.error(
      `Saved in epoch ${result.history.length + 1}. Go on with: ${commandWith({ resume: files.checkpoint })}`,
    )
    return interrupted
  }
  await report(run, { result, baselines, beam: task.beam, files })
  return 0
}
