/** A function that calls `body`, but does nothing when less than `seconds` have passed since it last did. */
export function throttle(seconds: number, body: () => Promise<void>): () => Promise<void> {
  let last = performance.now()
  return async () => {
    if (performance.now() - last < seconds * 1000) return
    await body()
    last = performance.now()
  }
}
