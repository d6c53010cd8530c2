import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('./pytorch.py', import.meta.url))

/** The status that the program ends with where there is no PyTorch. */
const noPyTorch = 3

/**
 * Has PyTorch do the jobs in a folder, in one process: to import it takes the most time.
 * @returns its version; undefined where no Python has it. That of UNROLL_PYTHON, where set, must.
 * @throws when the program fails.
 */
export function askPyTorch(folder: string): string | undefined {
  const wanted = process.env.UNROLL_PYTHON
  for (const python of wanted ? [wanted] : ['/usr/bin/python3', 'python3']) {
    const { error, status, stderr } = spawnSync(python, [program, folder], { encoding: 'utf8' })
    if (status === 0) return readFileSync(join(folder, 'version'), 'utf8')
    const isMissing = (error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT' || status === noPyTorch
    if (!isMissing || wanted) {
      const why =
        status === noPyTorch ? 'has no PyTorch' : `failed: ${error ?? `status ${status}`}\n${stderr}`
      throw new Error(`${python} ${why}`)
    }
  }
  return undefined
}
