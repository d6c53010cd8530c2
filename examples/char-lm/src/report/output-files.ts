import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { TrainTask } from '../cli.js'

/** The paths of what a run leaves behind. */
export interface OutputFiles {
  checkpoint: string
  curves: string
  sample: string
  table: string
}

/** Where a task writes; the folder is made, so that it does not turn out at the end that it cannot be. */
export function outputFiles({ out, resume }: TrainTask): OutputFiles {
  const folder = out ?? (resume === undefined ? join('out', 'char-lm') : dirname(resume))
  mkdirSync(folder, { recursive: true })
  return {
    checkpoint: join(folder, 'checkpoint.safetensors'),
    curves: join(folder, 'curves.svg'),
    sample: join(folder, 'sample.txt'),
    table: join(folder, 'table.txt'),
  }
}
