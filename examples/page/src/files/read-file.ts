import { fail } from '@unroll/tensor'

/** In bytes. The largest model takes 4 MB, and the loss of a step four bytes. */
const largest = 50_000_000

/** The bytes of a file that the visitor chose. @throws UnrollError when it is too large to be one of this page's. */
export async function readFile(file: File): Promise<Uint8Array> {
  if (file.size > largest) fail('load', `it is larger than ${largest / 1e6} MB`)
  return new Uint8Array(await file.arrayBuffer())
}
