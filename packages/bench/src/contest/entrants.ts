import { join } from 'node:path'
import { type Entrant, ours } from './entrant.js'
import { oursProgram, peersFolder } from './folders.js'
import { install } from './install.js'
import { findPyTorch } from './pytorch.js'

const pytorch = 'pytorch'

/** The peers that npm installs, each in a folder of its name; those that have threads. */
const fromNpm: Readonly<Record<string, { readonly threads: boolean }>> = {
  'onnxruntime-node': { threads: true },
  'onnxruntime-web': { threads: true },
  tfjs: { threads: false },
  'jax-js': { threads: false },
  'brain.js': { threads: false },
  'js-pytorch': { threads: false },
}

/** Every contestant, in the order of the report. */
export const names: readonly string[] = [ours, pytorch, ...Object.keys(fromNpm)]

/** Those chosen, installed and ready to start; one that cannot be had is left out, and the reason said. */
export function enter(
  chosen: readonly string[],
  threads: readonly number[],
  say: (line: string) => void,
): Entrant[] {
  return names
    .filter((name) => chosen.includes(name))
    .flatMap((name) => {
      try {
        return entrantsOf(name, threads, say)
      } catch (error) {
        say(`${name} does not take part: ${(error as Error).message}`)
        return []
      }
    })
}

function entrantsOf(name: string, threads: readonly number[], say: (line: string) => void): Entrant[] {
  if (name === ours)
    return threads.map((n) => ({
      name,
      threads: n,
      launch: { command: process.execPath, args: [oursProgram] },
    }))
  if (name === pytorch) {
    const launch = findPyTorch()
    if (!launch) throw new Error('no python3 has torch')
    return threads.map((n) => ({ name, threads: n, launch: launch(n) }))
  }
  install(name, say)
  const launch = { command: process.execPath, args: [join(peersFolder, name, 'main.mjs')] }
  return threads.filter((n) => n === 1 || fromNpm[name].threads).map((n) => ({ name, threads: n, launch }))
}
