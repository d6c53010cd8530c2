/** A place where an op was called, for messages: `file:line:column`. */
export type CallSite = string

/**
 * The line of the user's code that is running: of the innermost frames of the stack, without the `outer` ones at its
 * other end, the first that is in none of our modules. Undefined when there is none.
 *
 * Where ours cannot be told from the user's, because a bundler has put both into one file, it is those frames all.
 */
export function callSite(outer = 0): CallSite | undefined {
  const frames = stackFrames() // of which two are of these functions
  return siteOf(frames.slice(2, frames.length - outer), (import.meta as { url?: string }).url)
}

/** As `callSite`, of the line that runs now, but looked for when it is asked for: to note where is cheap, to look is not. */
export function laterCallSite(): () => CallSite | undefined {
  const here = markStack()
  return () => siteOf(framesOf(here).slice(2), (import.meta as { url?: string }).url)
}

/** How many frames the stack has. */
export function stackDepth(): number {
  return stackFrames().length - 2 // but those of this function
}

/** As `callSite`, of the frames given, when this module is at `here`. */
export function siteOf(frames: readonly string[], here: string | undefined): CallSite | undefined {
  const own = pathOf(here ?? '')
  const folder = /^(.*\/)(?:tensor|autograd)\/(?:src|dist)\//.exec(own)?.[1]
  const isOurs = (path: string) =>
    /\/node_modules\/|\/@unroll\/(tensor|autograd|rnn)[@/]|^node:/.test(path) ||
    (folder !== undefined &&
      path.startsWith(folder) &&
      /^(tensor|autograd|rnn)\/(src|dist)\//.test(path.slice(folder.length)))
  if (!isOurs(own)) return frames.length ? `\n${frames.join('\n')}` : undefined
  for (const frame of frames) {
    const [, file, line, column] = location.exec(frame) ?? []
    if (file !== undefined && !isOurs(pathOf(file))) return `${pathOf(file)}:${line}:${column}`
  }
  return undefined
}

/** In V8 `    at f (file:1:2)` or `    at file:1:2`, elsewhere `f@file:1:2`. */
const location = /^(?:\s*at (?:async )?(?:.* \()?|.*?@)((?:[\w-]+:|\/).*?):(\d+):(\d+)\)?$/

function pathOf(file: string): string {
  if (file.startsWith('file://')) return decodeURIComponent(file.slice('file://'.length))
  return file.replaceAll('\\', '/').replace(/^[A-Z]:\//i, '/$&')
}

/** The frames of the stack, the innermost first. */
function stackFrames(): string[] {
  return framesOf(markStack()).slice(1)
}

/** The stack as it is. In V8 there would be ten frames of it if nothing were said. */
function markStack(): Error {
  const v8 = Error as { stackTraceLimit?: number }
  const limit = v8.stackTraceLimit
  try {
    v8.stackTraceLimit = Number.POSITIVE_INFINITY
    return new Error('stack')
  } finally {
    v8.stackTraceLimit = limit
  }
}

function framesOf({ stack = '' }: Error): string[] {
  return stack.split('\n').filter((line) => location.test(line))
}
