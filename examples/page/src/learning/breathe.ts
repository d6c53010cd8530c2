/** Lets the page have a turn, for clicks and drawing. (A timer would wait for 4 ms, and in a hidden tab for a second.) */
export function breathe(): Promise<void> {
  const { port1, port2 } = new MessageChannel()
  return new Promise((resolve) => {
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(undefined)
  })
}

/** Waits until what was said last has been drawn: what comes now may keep the page busy. */
export function showFirst(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 50)
  })
}
