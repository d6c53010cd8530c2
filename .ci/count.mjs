// Counts what Vitest reports, over all its projects, and the other steps of the run that failed.
//
//   node .ci/count.mjs REPORT.json [FAILED STEP]...
import { existsSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'

const [file, ...broken] = process.argv.slice(2)
const files = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).testResults : []
const tests = files.flatMap(({ name, assertionResults }) =>
  assertionResults.map(({ status, fullName }) => ({ status, name: `${relative('', name)}: ${fullName}` })),
)
const passed = tests.filter(({ status }) => status === 'passed')
// A test that was skipped, for whatever reason, has not shown what it is there for.
const failed = tests.filter(({ status }) => status !== 'passed')
// A file that cannot be loaded has no tests to count.
const unloaded = files.filter(
  ({ status, assertionResults }) => status === 'failed' && !assertionResults.length,
)
// The test command itself counts only when its tests do not tell why it failed.
const steps = broken.filter((step) => !(step.startsWith('npm test') && failed.length + unloaded.length > 0))

for (const { status, name } of failed) console.error(`${status}: ${name}`)
for (const { name, message } of unloaded) console.error(`failed to load: ${relative('', name)}: ${message}`)
for (const step of steps) console.error(`failed: ${step}`)

const failures = failed.length + unloaded.length + steps.length || +(tests.length === 0)
console.log(`${passed.length} passed, ${failures} failed`)
process.exitCode = failures > 0 ? 1 : 0
