import { writeFile } from 'node:fs/promises'
import writeFileAtomic from 'write-file-atomic'

/** Writes a file whole or not at all: beside the old one, through to the disk, and then in its place. */
export async function replaceFile(path: string, content: Uint8Array | string): Promise<void> {
  // write-file-atomic 7.0.1 ignores how much a write has written, and on a full disk would put a part in
  // the place of the old file; writeFile goes on until all is written, or throws.
  await writeFileAtomic(path, '', { tmpfileCreated: (path) => writeFile(path, content) })
}
