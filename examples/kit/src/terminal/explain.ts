import { UnrollError } from '@unroll/tensor'
import { CommanderError } from 'commander'

/** Says in one line what went wrong, and gives the exit code. @throws what is a bug, and no mistake of the user's. */
export function explain(error: unknown): number {
  const usage = usageExitCode(error)
  if (usage !== undefined) return usage
  const problem = problemOf(error)
  if (problem === undefined) throw error
  console.error(`error: ${problem}`)
  return 1
}

/** Is this how commander ends the program? Then its exit code: 0 after help, 2 for wrong usage. The message has been printed. */
export function usageExitCode(error: unknown): number | undefined {
  if (!(error instanceof CommanderError)) return undefined
  return error.exitCode === 0 ? 0 : 2
}

function problemOf(error: unknown): string | undefined {
  if (error instanceof UnrollError || isSystemError(error)) return error.message
  if (error instanceof RangeError && /allocation/i.test(error.message))
    return 'there is not enough memory for this: try a smaller network, or less at a time'
  return undefined
}

/** Is it the operating system's, such as ENOENT or ENOSPC? */
function isSystemError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && 'syscall' in error
}
