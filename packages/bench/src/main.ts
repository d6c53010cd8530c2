import { Argument, Option, program } from 'commander'
import type { VariantName } from './benchmark.js'
import { type Checkpoints, measureCheckpoints } from './checkpoints.js'
import { groups } from './groups/index.js'
import { type Growth, measureGrowth } from './growth.js'
import { describeMachine, thisMachine } from './machine.js'
import { measure } from './measure.js'
import { positive } from './options.js'
import { writeOutput } from './output.js'
import { drawKernels } from './picture.js'
import { checkpointTable, growthTable, type Result, sizeTable, startTable, table } from './report.js'
import { measureSizes } from './sizes.js'
import { measureStart } from './start.js'
import { variantNames, withVariant } from './variants.js'

const names = [...groups.map(({ name }) => name), 'start', 'sizes', 'growth', 'checkpoints']

await program
  .name('npm run bench --')
  .description('Measures how fast Unroll is on this machine.')
  .addArgument(new Argument('[group...]', 'what to measure').choices(names).default(names, 'all'))
  .addOption(
    new Option('--with <variant...>', 'kernels and threads')
      .choices(variantNames)
      .default(variantNames, 'all'),
  )
  .option('--seconds <S>', 'how long to measure each benchmark', positive, 0.5)
  .option('--out <FILE>', 'where to write the results as JSON; a picture goes beside it', 'out/bench.json')
  .action(bench)
  .parseAsync()

interface Options {
  readonly with: readonly VariantName[]
  readonly seconds: number
  readonly out: string
}

async function bench(chosen: string[], { with: variants, seconds, out }: Options): Promise<void> {
  const machine = thisMachine()
  const results = groups
    .filter(({ name }) => chosen.includes(name))
    .flatMap((group) => measureGroup(group, variants, seconds))
  const starts = chosen.includes('start') ? measureStart() : []
  const sizes = chosen.includes('sizes') ? await measureSizes() : []
  const growth: Growth[] = chosen.includes('growth') ? await measureGrowth(seconds, say) : []

  const checkpoints: Checkpoints[] = chosen.includes('checkpoints')
    ? await measureCheckpoints(seconds, say)
    : []

  if (results.length) console.log(table(results))
  if (starts.length) console.log(startTable(starts))
  if (sizes.length) console.log(sizeTable(sizes))
  if (growth.length) console.log(growthTable(growth))
  if (checkpoints.length) console.log(checkpointTable(checkpoints))
  console.log(describeMachine(machine))
  writeOutput(out, { machine, results, starts, sizes, growth, checkpoints }, drawKernels(results))
}

/** Each benchmark with each variant, one after the other. */
function measureGroup(
  { name: group, variants, benchmarks }: (typeof groups)[number],
  chosen: readonly VariantName[],
  seconds: number,
): Result[] {
  return benchmarks().flatMap((benchmark) => {
    const { name, work, plain } = benchmark
    say(`${group}: ${name} …`)
    return variants
      .filter((variant) => (plain ? variant === 'reference' : chosen.includes(variant)))
      .map((variant) => {
        const timing = withVariant(variant, () => measure(benchmark, seconds))
        return { group, name, variant, work, ...timing }
      })
  })
}

function say(line: string): void {
  console.error(line)
}
