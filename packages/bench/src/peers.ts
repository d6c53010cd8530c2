import { Option, program } from 'commander'
import { type ContestOptions, contest, type Score } from './contest/contest.js'
import { enter, names } from './contest/entrants.js'
import { installsOf } from './contest/install.js'
import type { PeersReport } from './contest/peers-report.js'
import { drawContest } from './contest/picture.js'
import { contestTables, installTable } from './contest/report.js'
import { describeMachine, thisMachine } from './machine.js'
import { positive, whole } from './options.js'
import { writeOutput } from './output.js'
import { workloads } from './workloads/workload.js'

const known = Object.keys(workloads)

await program
  .name('npm run bench:peers --')
  .description('Times Unroll beside its peers, in turns, doing the same work.')
  .addOption(new Option('--only <name...>', 'contestants').choices(names).default(names, 'all'))
  .addOption(new Option('--work <name...>', 'workloads').choices(known).default(known, 'all'))
  .option('--threads <n...>', 'numbers of threads (default: 1 2)', (text, former: number[] = []) => [
    ...former,
    whole(text),
  ])
  .option('--rounds <n>', 'how often each has its turn', whole, 3)
  .option('--turn <S>', 'how long a turn lasts, in seconds', positive, 1)
  .option('--slow <S>', 'a step slower than this is taken once', positive, 10)
  .option('--limit <S>', 'a contestant that does not answer for so long is out', positive, 180)
  .option(
    '--out <FILE>',
    'where to write the results as JSON; a picture goes beside it',
    'out/bench-peers.json',
  )
  .action(main)
  .parseAsync()

interface Options extends Omit<ContestOptions, 'say'> {
  readonly only: readonly string[]
  readonly work: readonly string[]
  readonly threads?: readonly number[]
  readonly out: string
}

async function main({ only, work, threads = [1, 2], out, ...options }: Options): Promise<void> {
  const say = (line: string) => console.error(line)
  const machine = thisMachine()
  const entrants = enter(only, threads, say)
  const scores: Score[] = []
  for (const name of known.filter((name) => work.includes(name)))
    scores.push(...(await contest(name, workloads[name].workload, entrants, { ...options, say })))

  const installs = installsOf(new Set(entrants.map(({ name }) => name)))
  console.log(contestTables(scores))
  console.log(`\n${installTable(installs)}`)
  console.log(`${describeMachine(machine)}; ${options.rounds} rounds in turns: medians, minimum, maximum`)
  const report: PeersReport = { machine, rounds: options.rounds, installs, scores }
  writeOutput(out, report, drawContest(scores))
}
