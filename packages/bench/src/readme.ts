import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { program } from 'commander'
import { repository } from './contest/folders.js'
import { insertTable, speedTable } from './contest/speed-table.js'

program
  .name('npm run bench:readme --')
  .description("Writes the README's table of speeds from what bench:peers has measured.")
  .option('--from <FILE>', 'the results of bench:peers', 'out/bench-peers.json')
  .option('--readme <FILE>', 'the document to write it into', join(repository, 'README.md'))
  .action(({ from, readme }: { from: string; readme: string }) => {
    const table = speedTable(JSON.parse(readFileSync(resolve(from), 'utf8')))
    writeFileSync(readme, insertTable(readFileSync(readme, 'utf8'), table))
    console.log(`Written into ${readme}`)
  })
  .parse()
