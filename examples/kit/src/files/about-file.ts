import { fail, UnrollError } from '@unroll/tensor'

/** Uses what a file holds that need not be trusted. @throws UnrollError that says of which file, and by which flag it was named. */
export function aboutFile<T>(flag: string, path: string, use: () => T): T {
  try {
    return use()
  } catch (error) {
    if (!(error instanceof UnrollError)) throw error
    return fail(flag, `${path} cannot be used: ${error.message}`)
  }
}
