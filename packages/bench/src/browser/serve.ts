import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname } from 'node:path'

/** Files of a page that is served, by path: `/main.js`. */
export type Files = Readonly<Record<string, string | Uint8Array>>

export interface Served {
  readonly url: string
  close(): void
}

const types: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript' }

// Without these, a page has a coarse clock, and no threads that share memory.
const isolated = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
}

/** Serves files at a port that is free; `/` is `/index.html`. */
export async function serve(files: Files): Promise<Served> {
  const server = createServer(({ url = '/' }, response) => {
    const path = new URL(url, 'http://localhost').pathname.replace(/\/$/, '/index.html')
    const body = files[path]
    if (body === undefined) response.writeHead(404).end()
    else
      response
        .writeHead(200, { 'content-type': types[extname(path)] ?? 'application/octet-stream', ...isolated })
        .end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  const { port } = server.address() as AddressInfo
  return { url: `http://localhost:${port}`, close: () => server.close() }
}
