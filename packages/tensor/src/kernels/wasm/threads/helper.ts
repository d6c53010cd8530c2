import { type Post, serve, workOff } from './work.js'

/** Whether threads can be started here that share memory with this one. */
export function canStartHelpers(): boolean {
  return inNode() !== undefined || (globalThis.crossOriginIsolated && typeof Worker === 'function')
}

/** How many threads the machine runs at once. */
export function processors(): number {
  return globalThis.navigator?.hardwareConcurrency ?? builtin<NodeOs>('node:os')?.availableParallelism() ?? 1
}

/** Starts a worker that serves `post`. It keeps no process from ending. @throws when the system refuses. */
export function startHelper(post: Post): void {
  const threads = inNode()
  if (threads) {
    const receive = `process.getBuiltinModule('node:worker_threads').workerData`
    const source = `(${serve})(${receive}, ${workOff})`
    // Bare: what the program has Node load first (--import, --require, NODE_OPTIONS) is not for a helper.
    const bare = { name: 'unroll', env: {}, execArgv: [] }
    const worker = new threads.Worker(source, { eval: true, workerData: post, ...bare })
    worker.unref()
    // Without a listener, a worker that cannot start would throw here.
    worker.on('error', () => {})
  } else {
    const source = `onmessage = ({ data }) => { (${serve})(data, ${workOff}); close() }`
    const address = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }))
    new Worker(address, { name: 'unroll' }).postMessage(post)
    URL.revokeObjectURL(address)
  }
}

interface NodeThreads {
  readonly Worker: new (
    source: string,
    options: object,
  ) => { unref(): void; on(event: string, listener: () => void): void }
}

interface NodeOs {
  availableParallelism(): number
}

function inNode(): NodeThreads | undefined {
  return builtin<NodeThreads>('node:worker_threads')
}

/** A module of Node's (from 20.16 on), got without an import, which would bother bundlers and browsers. */
function builtin<T>(name: string): T | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?: (name: string) => T | undefined } }
  return process?.getBuiltinModule?.(name)
}
