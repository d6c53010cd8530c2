import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Task } from '../cli.js'

/** The paths of what a run leaves behind. */
export interface OutputFiles {
  checkpoint: string
  picture: string
  table: string
}

/** Where a task writes; the folder is made, so that it does not turn out at the end that it cannot be. */
export function outputFiles({ out, resume }: Pick<Task, 'out' | 'resume'>): OutputFiles {
  const folder = out ?? (resume === undefined ? join('out', 'weather') : dirname(resume))
  mkdirSync(folder, { recursive: true })
  return {
    checkpoint: join(folder, 'checkpoint.safetensors'),
    picture: join(folder, 'forecasts.svg'),
    table: join(folder, 'table.txt'),
  }
}
