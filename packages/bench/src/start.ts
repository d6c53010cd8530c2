import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type Spread, spread } from './statistics.js'

export interface StartResult extends Spread {
  readonly name: string
}

/** Seconds from before the import to after the first call, each in fresh processes. */
export function measureStart(runs = 7): StartResult[] {
  return Object.entries(programs).map(([name, program]) => {
    const times = Array.from({ length: runs }, () => timeOf(program))
    return { name, ...spread(times) }
  })
}

const programs: Readonly<Record<string, string>> = {
  '@unroll/tensor, a product': `
    const { matmul, ones } = await import('@unroll/tensor')
    matmul(ones([64, 64]), ones([64, 64]))`,
  '@unroll/rnn, an LSTM forward and backward': `
    const { LSTM } = await import('@unroll/rnn')
    const { Random } = await import('@unroll/tensor')
    const rng = new Random(1)
    new LSTM(8, 32, { rng }).forward(rng.normal([8, 32, 8]))[0].sum().backward()`,
}

function timeOf(program: string): number {
  const timed = `const start = performance.now();${program}
    console.log((performance.now() - start) / 1000)`
  const cwd = fileURLToPath(new URL('.', import.meta.url)) // from where the packages are found
  const options = { cwd, encoding: 'utf8' } as const
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '-e', timed],
    options,
  )
  if (status !== 0) throw new Error(stderr)
  return Number(stdout)
}
