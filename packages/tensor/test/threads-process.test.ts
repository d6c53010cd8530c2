import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import { afterAll, beforeAll, expect, test } from 'vitest'

// Threads seen from outside: a program, bundled and minified, that uses them and ends in this way or that.

const folder = mkdtempSync(join(tmpdir(), 'unroll-threads-'))
const file = join(folder, 'program.mjs')

beforeAll(async () => {
  const input = join(dirname(fileURLToPath(import.meta.url)), 'programs', 'threads.ts')
  const build = await rolldown({
    input,
    platform: 'node',
    logLevel: 'silent',
    resolve: {
      conditionNames: ['@unroll/source', 'import', 'default'],
      extensionAlias: { '.js': ['.ts', '.js'] },
    },
  })
  await build.write({ file, minify: true })
  await build.close()
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('a program ends when it is done, and does not wait for its helpers', () => {
  // Were it to wait, they would be seen to leave before.
  expect(run('end')).toEqual({ status: 0, stdout: 'met\nend\n', stderr: '' })
})

test('process.exit ends it', () => {
  expect(run('exit')).toEqual({ status: 3, stdout: 'met\n', stderr: '' })
})

test('an error that nobody catches ends it', () => {
  const { status, stdout, stderr } = run('throw')
  expect([status, stdout]).toEqual([1, 'met\n'])
  expect(stderr).toContain('Error: on purpose')
})

test('a worker has helpers of its own, who end with it', () => {
  expect(run('worker')).toEqual({ status: 0, stdout: 'met\nworker ended with 0\n', stderr: '' })
})

test('a worker that is ended while its helpers are at work takes them along', () => {
  expect(run('terminate')).toEqual({ status: 0, stdout: 'met\nworker ended with 1\n', stderr: '' })
})

test('helpers load nothing that the program has Node load first', () => {
  writeFileSync(join(folder, 'hook.cjs'), "process._rawDebug('loaded')")
  const hook = `--require=${join(folder, 'hook.cjs')}`
  expect(run('end', [hook]).stderr).toBe('loaded\n')
  expect(run('end', [], { NODE_OPTIONS: hook }).stderr).toBe('loaded\n')
})

test('where workers are forbidden, the program works on one thread', () => {
  const permission =
    Number(process.versions.node.split('.')[0]) < 24 ? '--experimental-permission' : '--permission'
  const { status, stdout } = run('alone', [permission, '--allow-fs-read=*'])
  expect([status, stdout]).toEqual([0, '1,1,1,1 true\n'])
})

test('where Node is too old to hand out its modules, too', () => {
  expect(run('old')).toEqual({ status: 0, stdout: '1 1 true\n', stderr: '' })
})

function run(mode: string, options: readonly string[] = [], env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...options, file, mode], {
    encoding: 'utf8',
    timeout: 30_000,
    env: { PATH: process.env.PATH, ...env },
  })
  return { status, stdout, stderr }
}
