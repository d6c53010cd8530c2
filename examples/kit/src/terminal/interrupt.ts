/** How a process ends that a signal has interrupted: the shells' number for Ctrl-C. */
export const interrupted = 130

/**
 * A signal that aborts at the first Ctrl-C (or SIGTERM), so that the work in hand can be brought to an
 * end; the second one ends the process at once.
 */
export function abortOnInterrupt(): { signal: AbortSignal; stopWatching(): void } {
  const controller = new AbortController()
  let first = Number.NaN
  const onSignal = () => {
    if (!controller.signal.aborted) {
      first = performance.now()
      controller.abort()
    } else if (performance.now() - first > echo) process.exit(interrupted)
  }
  for (const name of signals) process.on(name, onSignal)
  return {
    signal: controller.signal,
    stopWatching() {
      for (const name of signals) process.off(name, onSignal)
    },
  }
}

const signals = ['SIGINT', 'SIGTERM'] as const

/** Milliseconds. A repeated signal is the same one when a parent process, such as npm, passes on what the terminal gave to both. */
const echo = 200
