import { readFileSync } from 'node:fs'
import { aboutFile, replaceFile } from '@unroll/example-kit'
import { fail, readSafetensors, type Tensor, writeSafetensors } from '@unroll/tensor'
import { type Config, defaults, rules } from './config.js'
import type { Run } from './run.js'

/** Writes a run to a file: the whole of it, or the file stays as it was. */
export async function saveRun(path: string, run: Run): Promise<void> {
  await replaceFile(path, encodeRun(run))
}

/** Reads a run from a file that need not be trusted. @throws UnrollError when it was not written by this program. */
export function loadRun(path: string): Run {
  const bytes = readFileSync(path)
  return aboutFile('--resume', path, () => decodeRun(bytes))
}

/**
 * A run as the bytes of one .safetensors file: the checkpoints of all networks, each of which is such a file itself. Tensors are
 * called `<network>.<name>`, and the metadata of network 0 are under `network.0`, as JSON.
 */
export function encodeRun({ config, fingerprint, checkpoints }: Run): Uint8Array {
  const all: Record<string, Tensor> = {}
  const metadata: Record<string, string> = { ...identity, run: JSON.stringify({ config, fingerprint }) }
  checkpoints.forEach((bytes, i) => {
    const { tensors, metadata: own } = readSafetensors(bytes)
    for (const [name, tensor] of Object.entries(tensors)) all[`${i}.${name}`] = tensor
    metadata[`network.${i}`] = JSON.stringify(own)
  })
  return writeSafetensors(all, { metadata })
}

/** The opposite of `encodeRun`. What `fit` wrote is read, and checked, by `fit`. */
export function decodeRun(bytes: Uint8Array): Run {
  const { tensors, metadata } = readSafetensors(bytes)
  if (metadata.format !== identity.format) fail(op, 'it was not written by this program')
  if (metadata.version !== identity.version)
    fail(op, `its format is of another version than this program's (${identity.version})`)
  const { config, fingerprint } = parseObject('its run', metadata.run)
  const networks: [Record<string, Tensor>, Record<string, string>][] = []
  const settings = readConfig(config)
  for (let i = 0; i < settings.networks && metadata[`network.${i}`] !== undefined; i++)
    networks.push([Object.create(null), textsOf(`its network ${i}`, metadata[`network.${i}`])])
  for (const [name, tensor] of Object.entries(tensors)) {
    const [, i, rest] = /^(\d{1,2})\.(.+)$/.exec(name) ?? []
    if (!networks[Number(i)]) fail(op, `it has a tensor too many: ${JSON.stringify(name.slice(0, 50))}`)
    networks[Number(i)][0][rest] = tensor
  }
  return {
    config: settings,
    fingerprint: isText(fingerprint) ? fingerprint : fail(op, 'it does not say which weather it is of'),
    checkpoints: networks.map(([tensors, metadata]) => writeSafetensors(tensors, { metadata })),
  }
}

const op = 'checkpoint'
const identity = { format: 'unroll-weather', version: '1' }

function readConfig(value: unknown): Config {
  const fields = new Map(Object.entries(Object(value)))
  const read = (name: keyof Config) => {
    const { accepts, wants } = rules[name]
    return accepts(fields.get(name)) ? fields.get(name) : fail(op, `its ${name} is not ${wants}`)
  }
  const names = Object.keys(defaults) as (keyof Config)[]
  return Object.fromEntries(names.map((name) => [name, read(name)])) as unknown as Config
}

function textsOf(what: string, json: string): Record<string, string> {
  const texts = parseObject(what, json)
  if (!Object.values(texts).every(isText)) fail(op, `${what} is not made of texts`)
  return texts as Record<string, string>
}

function parseObject(what: string, json = ''): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(json)
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>
  } catch {
    // It is said below.
  }
  return fail(op, `${what} is not an object in JSON`)
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}
