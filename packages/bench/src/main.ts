import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { dirname, resolve } from 'node:path'
import { kernelsFor } from '@unroll/tensor'
import { Argument, InvalidArgumentError, program } from 'commander'
import { groups } from './groups/index.js'
import { measure } from './measure.js'
import { type Result, table } from './report.js'

const names = groups.map(({ name }) => name)

program
  .name('npm run bench --')
  .description('Measures how fast Unroll is on this machine.')
  .addArgument(new Argument('[group...]', 'what to measure').choices(names).default(names, 'all'))
  .option('--seconds <S>', 'how long to measure each benchmark', positive, 1)
  .option('--out <FILE>', 'where to write the results as JSON', 'out/bench.json')
  .action(bench)
  .parse()

function bench(chosen: string[], { seconds, out }: { seconds: number; out: string }): void {
  const results: Result[] = []
  for (const { name: group, benchmarks } of groups) {
    if (!chosen.includes(group)) continue
    for (const benchmark of benchmarks()) {
      const { name, work } = benchmark
      console.error(`${group}: ${name} …`)
      results.push({ group, name, work, ...measure(benchmark, seconds) })
    }
  }
  const machine = {
    date: new Date().toISOString(),
    node: process.version,
    cpu: cpus()[0]?.model,
    cores: availableParallelism(),
    kernels: kernelsFor('float32').name,
  }
  console.log(table(results))
  console.log(`${machine.kernels} kernels, Node ${machine.node}, ${machine.cores} × ${machine.cpu}`)

  const file = resolve(out)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `${JSON.stringify({ ...machine, results }, null, 2)}\n`)
  console.log(`Written to ${file}`)
}

function positive(text: string): number {
  const value = Number(text)
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError('It must be a number above 0.')
  return value
}
