// Makes the workspace ready to build: installs its dependencies when they are missing or out of
// date, and else does nothing, at once and without a word. Node and npm are all it needs.
//
//   node scripts/setup.mjs [--node VERSION]     VERSION: the oldest Node that will do (default: package.json's,
//                                               which the tests want; the programs themselves want less)
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const pnpm = 'pnpm@12.21.0'
const root = dirname(dirname(fileURLToPath(import.meta.url)))
const stamp = join(root, 'node_modules', '.setup')

// No questions; and word of what is wrong, soon, also under `npm run --silent`.
const settings = {
  CI: 'true',
  npm_config_loglevel: 'error',
  npm_config_fetch_retry_mintimeout: '1000',
  npm_config_fetch_retry_maxtimeout: '5000',
  pnpm_config_fetch_retry_mintimeout: '1000',
  pnpm_config_fetch_retry_maxtimeout: '5000',
}

const [flag, version] = process.argv.slice(2)
checkNode(flag === '--node' ? version : readManifest(root).engines.node.replace('>=', ''))

const packages = [root, ...directoriesIn('packages'), ...directoriesIn('examples')]
// What an installation depends on: the machine that its binaries are for, and what is to be installed.
const wanted = { machine: `${process.platform} ${process.arch} ${process.version}`, packages: fingerprint() }
const found = readStamp()
if (found?.machine !== wanted.machine || found.packages !== wanted.packages || !isInstalled()) {
  // pnpm leaves out binaries that the Node of that day could not use, and does not look for them again.
  if (found && found.machine !== wanted.machine) rmSync(dirname(stamp), { recursive: true })
  await install()
  writeFileSync(stamp, JSON.stringify(wanted))
}

function checkNode(oldest) {
  const [major, minor = 0] = oldest.split('.').map(Number)
  const [ourMajor, ourMinor] = process.versions.node.split('.').map(Number)
  if (ourMajor > major || (ourMajor === major && ourMinor >= minor)) return
  stop(
    `This wants Node ${oldest} or newer, and runs in Node ${process.versions.node} (${process.execPath}).`,
    'Newer ones are at https://nodejs.org',
  )
}

function isInstalled() {
  const needing = packages.filter((directory) => readManifest(directory).dependencies ?? directory === root)
  return needing.every((directory) => existsSync(join(directory, 'node_modules')))
}

/** What was written after the last installation; undefined when there was none. */
function readStamp() {
  try {
    return JSON.parse(readFileSync(stamp, 'utf8'))
  } catch {
    return undefined
  }
}

/** Tells one state of the lockfile and the manifests from another. */
function fingerprint() {
  const manifests = packages.map((directory) => join(directory, 'package.json'))
  const hash = createHash('sha256')
  for (const file of [join(root, 'pnpm-lock.yaml'), join(root, 'pnpm-workspace.yaml'), ...manifests])
    hash.update(`\0${file}\0`).update(readFileSync(file))
  return hash.digest('hex')
}

async function install() {
  const started = Date.now()
  console.error(`Installing the dependencies with ${pnpm}; the first time takes up to a minute …`)
  const { status, output } = await run('npx', [
    '-y',
    pnpm,
    'install',
    '--frozen-lockfile',
    '--reporter=append-only',
  ])
  if (status !== 0) stop(output.trim(), '', `${pnpm} could not install the dependencies: ${reason(output)}`)
  console.error(`Installed in ${Math.round((Date.now() - started) / 1000)} s.`)
}

/** Runs a program to its end, showing on a terminal how far it is. */
function run(command, args) {
  const child = spawn(command, args, {
    cwd: root,
    env: { ...process.env, ...settings },
    shell: process.platform === 'win32', // where npx is a batch file
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const collect = (chunk) => {
    output += chunk
    const progress = output.match(/Progress: .*/g)?.pop()
    if (progress && process.stderr.isTTY) process.stderr.write(`\r${progress}\x1b[K`)
  }
  child.stdout.on('data', collect)
  child.stderr.on('data', collect)
  return new Promise((resolve) => {
    child.on('error', ({ message }) => resolve({ status: 1, output: message }))
    child.on('close', (status) => {
      if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
      resolve({ status, output })
    })
  })
}

function reason(output) {
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|error sending request/i.test(output))
    return "npm's registry cannot be reached. The first run needs the network, later ones do not."
  if (/ENOSPC/.test(output)) return 'the disk is full.'
  if (/OUTDATED_LOCKFILE/.test(output))
    return `the manifests were changed; bring the lockfile up to date with: npx ${pnpm} install`
  return 'its output is above.'
}

function stop(...lines) {
  console.error(lines.join('\n'))
  process.exit(1)
}

/** The packages in a directory of them. */
function directoriesIn(group) {
  return readdirSync(join(root, group))
    .map((name) => join(root, group, name))
    .filter((directory) => existsSync(join(directory, 'package.json')))
}

function readManifest(directory) {
  return JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'))
}
