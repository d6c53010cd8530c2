import { UnrollError } from '@unroll/tensor'
import { usageExitCode } from '../cli.js'

/** Says in one line what went wrong, and gives the exit code. @throws what is a bug, and no mistake of the user's. */
export function explain(error: unknown): number {
  const usage = usageExitCode(error)
  if (usage !== undefined) return usage
  const problem = problemOf(error)
  if (problem === undefined) throw error
  console.error(`error: ${problem}`)
  return 1
}

function problemOf(error: unknown): string | undefined {
  if (error instanceof UnrollError || isSystemError(error)) return error.message
  if (error instanceof RangeError && /allocation/i.test(error.message))
    return 'there is not enough memory for this: try less --hidden, --layers, --batch or --bptt'
  return undefined
}

/** Is it the operating system's, such as ENOENT or ENOSPC? */
function isSystemError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && 'syscall' in error
}
