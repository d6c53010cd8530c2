import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import { arrayEqual, getThreads, matmul, Random, reference, setThreads, withKernels } from '@unroll/tensor'
import { makeCrew, makeTasks, meet } from '../threads-tasks.js'

// See ../threads-process.test.ts. What it prints tells how it ended.

const mode = process.argv[2]
const file = process.argv[1]
const tasks = makeTasks()
const crew = makeCrew(tasks)

if (mode === 'old') {
  process.getBuiltinModule = undefined as never
  const before = getThreads()
  setThreads(4)
  console.log(before, getThreads(), multiplies())
} else if (mode === 'alone') {
  const { words } = tasks
  words[0] = 1
  crew.run(4, 'tally', 0, 4)
  setThreads(4)
  console.log(words.subarray(1, 5).join(), multiplies())
} else if (isMainThread && (mode === 'worker' || mode === 'terminate')) {
  const worker = new Worker(file, { argv: [mode] })
  worker.on('exit', (code) => console.log(`worker ended with ${code}`))
  worker.on('message', (message) => {
    console.log(message)
    if (mode === 'terminate') worker.terminate()
  })
} else {
  process.on('worker', (helper) => helper.on('exit', () => console.log('a helper left')))
  process.on('beforeExit', () => mode === 'end' && console.log('end'))
  const news = meet(crew, tasks.words, 3) ? 'met' : 'never met'
  if (parentPort) parentPort.postMessage(news)
  else console.log(news)
  if (mode === 'exit') process.exit(3)
  if (mode === 'throw') throw new Error('on purpose')
  if (mode === 'terminate') for (;;) meet(crew, tasks.words, 3)
}

/** Whether a product large enough for threads is right. */
function multiplies(): boolean {
  const rng = new Random(1)
  const [a, b] = [rng.bernoulli([256, 256]), rng.bernoulli([256, 256])]
  return arrayEqual(
    matmul(a, b),
    withKernels(reference, () => matmul(a, b)),
  )
}
