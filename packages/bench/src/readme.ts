import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Argument, program } from 'commander'
import { repository } from './contest/folders.js'
import { speedTable } from './contest/speed-table.js'
import { gpuTable } from './gpu/gpu-table.js'
import { insertTable } from './insert-table.js'

/** The tables that documents have: what they are made of, and which document has them. */
const tables = {
  speed: { make: speedTable, from: 'out/bench-peers.json', readme: 'README.md' },
  gpu: { make: gpuTable, from: 'out/bench-gpu.json', readme: 'packages/bench/README.md' },
}

type Name = keyof typeof tables

interface Options {
  readonly from?: string
  readonly readme?: string
}

program
  .name('npm run bench:readme --')
  .description('Writes a table of speeds into the document that has it, from what has been measured.')
  .addArgument(
    new Argument('[table]', 'speed: from bench:peers; gpu: from bench:gpu')
      .choices(Object.keys(tables))
      .default('speed'),
  )
  .option('--from <FILE>', 'the results (default: where the benchmark writes them)')
  .option('--readme <FILE>', 'the document to write it into (default: the one that has it)')
  .action((name: Name, options: Options) => {
    const { make, from, readme } = tables[name]
    const document = options.readme ?? join(repository, readme)
    const table = make(JSON.parse(readFileSync(resolve(options.from ?? from), 'utf8')))
    writeFileSync(document, insertTable(readFileSync(document, 'utf8'), name, table))
    console.log(`Written into ${document}`)
  })
  .parse()
