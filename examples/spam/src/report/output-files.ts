import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { TrainTask } from '../cli.js'

/** Where a run is kept when nothing else is said. */
export const defaultFolder = join('out', 'spam')

/** The paths of what a run leaves behind. */
export interface OutputFiles {
  checkpoint: string
  picture: string
  table: string
}

/** Where a task writes; the folder is made, so that it does not turn out at the end that it cannot be. */
export function outputFiles({ out, resume }: Pick<TrainTask, 'out' | 'resume'>): OutputFiles {
  const folder = out ?? (resume === undefined ? defaultFolder : dirname(resume))
  mkdirSync(folder, { recursive: true })
  return {
    checkpoint: join(folder, 'checkpoint.safetensors'),
    picture: join(folder, 'picture.svg'),
    table: join(folder, 'table.txt'),
  }
}
