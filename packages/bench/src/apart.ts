import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startChild } from './contest/child.js'
import { oursProgram } from './contest/folders.js'
import type { Answer, Ran } from './contest/protocol.js'
import { makeData, writeData } from './workloads/data.js'
import type { Training } from './workloads/workload.js'

/** Training steps of ours, in a process of their own, so that the memory they take can be told. */
export interface Apart {
  /** Takes steps for about `seconds`. */
  run(seconds: number): Promise<Ran>
  close(): Promise<void>
}

export async function startApart(workload: Training): Promise<Apart> {
  const folder = mkdtempSync(join(tmpdir(), 'unroll-bench-'))
  const child = startChild({ command: process.execPath, args: [oursProgram] })
  const close = async () => {
    await child.close()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    writeData(folder, makeData(workload))
    expectAnswer('prepared', await child.ask({ ask: 'prepare', workload, folder, threads: 1 }, 60))
  } catch (error) {
    await close()
    throw error
  }
  return {
    run: async (seconds) => expectAnswer('ran', await child.ask({ ask: 'run', steps: 3, seconds }, 120)),
    close,
  }
}

/** Steps for about `seconds`, after half as long to warm up. */
export async function measureApart(workload: Training, seconds: number): Promise<Ran> {
  const apart = await startApart(workload)
  try {
    await apart.run(seconds / 2)
    return await apart.run(seconds)
  } finally {
    await apart.close()
  }
}

function expectAnswer<A extends Answer['answer']>(wanted: A, answer: Answer) {
  if (answer.answer !== wanted) throw new Error(JSON.stringify(answer))
  return answer as Extract<Answer, { answer: A }>
}
