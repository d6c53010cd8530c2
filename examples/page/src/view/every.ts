/** A function that calls `body`, but does nothing when it last did so less than some milliseconds ago. */
export function every(milliseconds: number, body: () => void, now = () => performance.now()): () => void {
  let last = -Infinity
  return () => {
    if (now() - last < milliseconds) return
    body()
    last = now()
  }
}
