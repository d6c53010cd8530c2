import { resolve } from 'node:path'
import {
  abortOnInterrupt,
  commandWith,
  explain,
  interrupted,
  keepFormer,
  throttle,
} from '@unroll/example-kit'
import { loadRun, saveRun } from './checkpoint.js'
import { parseArguments, type Task } from './cli.js'
import { openData } from './data/open-data.js'
import { parseWeather, readText, seattle } from './data/weather.js'
import { introduce } from './report/introduce.js'
import { judge } from './report/outcome.js'
import { outputFiles } from './report/output-files.js'
import { showTraining } from './report/progress.js'
import { report } from './report/report.js'
import { openRun } from './run.js'
import { train } from './train.js'

try {
  process.exitCode = await learn(parseArguments(process.argv.slice(2)))
} catch (error) {
  process.exitCode = explain(error)
}

/** Trains networks and compares their forecasts with others; gives the exit code. */
async function learn(task: Task): Promise<number> {
  const text = readText(task.data ?? seattle)
  const run = openRun(task.given, text, task.resume === undefined ? undefined : loadRun(task.resume))
  const data = openData(parseWeather(text), run.config)
  const files = outputFiles(task)

  const interrupt = abortOnInterrupt()
  const goesOn = task.resume !== undefined && resolve(task.resume) === resolve(files.checkpoint)
  introduce(run, data, { former: goesOn ? undefined : keepFormer(files.checkpoint) })
  const save = () => saveRun(files.checkpoint, run)
  const progress = showTraining(run)
  const trained = await train(run, data, {
    signal: interrupt.signal,
    onEpoch: progress.update,
    save: throttle(10, save),
  }).finally(progress.stop)
  await save()
  interrupt.stopWatching()

  if (trained.length < run.config.networks) {
    const command = commandWith({ resume: files.checkpoint, data: task.data })
    console.error(
      `Saved, with ${trained.length} of ${run.config.networks} networks done. Go on with: ${command}`,
    )
    return interrupted
  }
  await report(run, judge(trained, data), files)
  return 0
}
