import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { rolldown } from 'rolldown'
import { packageNames } from './packages.js'

export interface PackageSize {
  readonly name: string
  /** Bytes of all that it exports, minified, with its WebAssembly, without our other packages. */
  readonly minified: number
  readonly gzipped: number
}

export function measureSizes(): Promise<PackageSize[]> {
  return Promise.all(packageNames.map(measureSize))
}

async function measureSize(name: string): Promise<PackageSize> {
  const build = await rolldown({
    input: fileURLToPath(import.meta.resolve(name)),
    external: (id) => id.startsWith('@unroll/'),
    platform: 'browser',
    logLevel: 'silent',
  })
  const { output } = await build.generate({ minify: true })
  await build.close()
  const code = output.map((chunk) => (chunk.type === 'chunk' ? chunk.code : '')).join('')
  return { name, minified: Buffer.byteLength(code), gzipped: gzipSync(code, { level: 9 }).length }
}
