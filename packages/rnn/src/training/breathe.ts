// Globals of every host (Node, browsers, Deno, Bun), which the types of the language alone do not know.
declare const performance: { now(): number }
declare const setTimeout: (body: () => void) => unknown

/** Seconds on a clock that never goes back. */
export function clock(): number {
  return performance.now() / 1000
}

/**
 * A function that lets the event loop have a turn, when it has had none for so long: then signals such as Ctrl-C
 * arrive, and a page draws itself. In between it costs next to nothing.
 */
export function breather(seconds = 0.05): () => Promise<void> | undefined {
  let last = clock()
  return () => {
    if (clock() - last < seconds) return undefined
    return turn().then(() => {
      last = clock()
    })
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve)
  })
}
