import { Option, program } from 'commander'
import { drawGpu } from './gpu/gpu-picture.js'
import type { GpuReport, Part } from './gpu/gpu-report.js'
import { gpuTables } from './gpu/gpu-tables.js'
import { type BrowserOptions, type BrowserSession, openBrowser } from './gpu/in-browser.js'
import { measureMode, type Request, worksOf } from './gpu/measure-mode.js'
import { sizes } from './gpu/sizes.js'
import type { Turns } from './gpu/turns.js'
import { describeMachine, thisMachine } from './machine.js'
import { positive, whole } from './options.js'
import { writeOutput } from './output.js'

/** Each mode where it is at home: those of the host in Node, the others in a browser. */
const modes = ['webgpu', 'webgl2', 'webasm', 'cpu'] as const
type ModeName = (typeof modes)[number]
const inBrowser: readonly ModeName[] = ['webgpu', 'webgl2']

await program
  .name('npm run bench:gpu --')
  .description("Times the GPU's kernels beside those of the host, in turns, doing the same work.")
  .addOption(new Option('--mode <name...>', "modes of gpu.js's").choices(modes).default(modes, 'all'))
  .option(
    '--only <work...>',
    'work, by how its name begins: matmul, elementwise, transfer, lstm, lstm-small, …',
  )
  .option('--rounds <n>', 'how often each has its turn', whole, 5)
  .option('--turn <S>', 'how long a turn lasts, in seconds', positive, 0.1)
  .option(
    '--slow <S>',
    'work that takes longer than this is done once, and not ten times in one go',
    positive,
    1.5,
  )
  .option('--chromium <FILE>', 'the browser for webgpu and webgl2 (default: CHROMIUM, or where there is one)')
  .option('--real-gpu', "on the machine's GPU: without this, Chromium is told to do its work in software")
  .option('--headed', 'show the browser: some drivers want a display')
  .option('--flags <flag...>', 'further flags for Chromium, without their dashes')
  .option(
    '--out <FILE>',
    'where to write the results as JSON; a picture goes beside it',
    'out/bench-gpu.json',
  )
  .action((options: Options) =>
    main(options).catch(({ message }: Error) => program.error(`error: ${message}`)),
  )
  .parseAsync()

interface Options extends Turns, Omit<BrowserOptions, 'flags'> {
  readonly mode: readonly ModeName[]
  readonly only?: readonly string[]
  readonly flags?: readonly string[]
  readonly out: string
}

async function main({ mode: chosen, only = [], out, flags = [], ...options }: Options): Promise<void> {
  const say = (line: string) => console.error(line)
  const machine = thisMachine()
  worksOf(sizes, only)
  const { rounds, turn, slow } = options
  const request = (mode: ModeName): Request => ({ mode, only, sizes, rounds, turn, slow })
  const parts: Part[] = []
  let browser: BrowserSession | undefined
  try {
    if (chosen.some((mode) => inBrowser.includes(mode)))
      browser = await openBrowser({ ...options, flags: flags.map((flag) => `--${flag}`) }, say)
    for (const mode of modes.filter((mode) => chosen.includes(mode))) {
      const place = inBrowser.includes(mode) ? browser : undefined
      const where = place?.name ?? `Node ${process.version}`
      const measured = place ? place.measure(request(mode)) : measureMode(request(mode), say)
      parts.push(
        await measured.then(
          (report): Part => ({ where, ...report }),
          (error): Part => ({ where, mode, problem: error instanceof Error ? error.message : String(error) }),
        ),
      )
    }
  } finally {
    await browser?.close()
  }
  const report: GpuReport = { machine, rounds, parts }
  console.log(gpuTables(report))
  console.log(`${describeMachine(machine)}; ${rounds} rounds in turns: medians`)
  writeOutput(out, report, drawGpu(report))
  if (parts.some(hasProblem)) process.exitCode = 1
}

function hasProblem(part: Part): boolean {
  return 'problem' in part || part.heats.some(({ scores }) => scores.some(({ problem }) => problem))
}
