import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** packages/bench, from src/ as from dist/ */
const bench = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** A folder for each peer, with a manifest of its own: none is part of the workspace. */
export const peersFolder = join(bench, 'peers')

/** The program that runs this library as a contestant. */
export const oursProgram = join(bench, 'dist', 'ours', 'main.js')

export const repository = dirname(dirname(bench))
