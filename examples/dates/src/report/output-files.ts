import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { folder, type TrainTask } from '../cli.js'

/** The paths of what a run leaves behind. */
export interface OutputFiles {
  checkpoint: string
  attention: string
  curves: string
  table: string
}

/** Where a task writes; the folder is made, so that it does not turn out at the end that it cannot be. */
export function outputFiles({ out, resume }: Pick<TrainTask, 'out' | 'resume'>): OutputFiles {
  const into = out ?? (resume === undefined ? folder : dirname(resume))
  mkdirSync(into, { recursive: true })
  return {
    checkpoint: join(into, 'checkpoint.safetensors'),
    attention: join(into, 'attention.svg'),
    curves: join(into, 'curves.svg'),
    table: join(into, 'table.txt'),
  }
}
