import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { median } from '../statistics.js'
import type { Launch } from './child.js'
import { peersFolder } from './folders.js'

/** How to start PyTorch at its best on this machine; undefined where no Python has it. */
export function findPyTorch(): ((threads: number) => Launch) | undefined {
  const python = ['python3', '/usr/bin/python3', 'python'].find(
    (command) => spawnSync(command, ['-c', 'import torch']).status === 0,
  )
  if (!python) return undefined
  const libraries = openmpLibraries()
  const core = fastest(python, 1, libraries, cores)
  // Threads that wait in a loop are quick to go on, and ruinous where another process wants the core.
  const waiting = fastest(python, 2, { ...libraries, ...core }, [{}, { OMP_WAIT_POLICY: 'passive' }])
  return (threads) => ({
    command: python,
    args: [join(peersFolder, 'pytorch', 'main.py')],
    env: { ...libraries, ...core, ...waiting, OMP_NUM_THREADS: String(threads) },
  })
}

type Environment = Readonly<Record<string, string>>

/** OpenBLAS has kernels for every make of CPU, and does not know the newest. */
const cores: readonly Environment[] = [
  {},
  { OPENBLAS_CORETYPE: 'HASWELL' },
  { OPENBLAS_CORETYPE: 'SKYLAKEX' },
]

/** Debian's OpenBLAS that shares PyTorch's threads. With the other build the two hinder each other. */
function openmpLibraries(): Environment {
  const folders = existsSync('/usr/lib') ? readdirSync('/usr/lib') : []
  const found = folders.map((name) => `/usr/lib/${name}/openblas-openmp`).find((path) => existsSync(path))
  return found ? { LD_LIBRARY_PATH: found } : {}
}

/** The setting with which PyTorch is fastest here, by a short trial in turns. */
function fastest(
  python: string,
  threads: number,
  base: Environment,
  candidates: readonly Environment[],
): Environment {
  const trials = candidates.map((): number[] => [])
  for (let round = 0; round < 3; round++)
    for (const [i, candidate] of candidates.entries()) {
      const env = { ...process.env, ...base, ...candidate, OMP_NUM_THREADS: String(threads) }
      const { status, stdout } = spawnSync(python, ['-c', trial], { env, encoding: 'utf8' })
      // Kernels for instructions that the CPU lacks end the process.
      trials[i].push(status === 0 ? Number(stdout) : Number.POSITIVE_INFINITY)
    }
  const medians = trials.map(median)
  return candidates[medians.indexOf(Math.min(...medians))]
}

/** Seconds for some steps of a small character LSTM, forward and backward. */
const trial = `
import time, torch
lstm = torch.nn.LSTM(64, 128)
x = torch.randn(32, 32, 64)
def once():
    start = time.perf_counter()
    lstm(x)[0].sum().backward()
    return time.perf_counter() - start
print(sorted(once() for _ in range(11))[5])
`
