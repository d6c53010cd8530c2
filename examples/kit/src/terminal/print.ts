/** Writes to the standard output, and waits until that is done: a reader may be slow. Ends the process when it has left. */
export function print(text: string): Promise<void> {
  if (process.stdout.listenerCount('error', leave) === 0) process.stdout.on('error', leave)
  return new Promise((resolve) => process.stdout.write(text, () => resolve()))
}

/** As other programs do when what they write into, such as `head`, has had enough. */
function leave(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
}
