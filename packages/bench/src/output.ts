import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/** Writes results as JSON, and a picture of them beside it as SVG; says where. */
export function writeOutput(file: string, report: unknown, svg: string): void {
  const json = resolve(file)
  const picture = `${json.replace(/\.json$/, '')}.svg`
  mkdirSync(dirname(json), { recursive: true })
  writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`)
  writeFileSync(picture, svg)
  console.log(`Written to ${json} and ${picture}`)
}
