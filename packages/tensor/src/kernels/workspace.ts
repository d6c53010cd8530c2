/**
 * Memory of a device for work that is done piece by piece, with waiting in between: the steps of a training, say, which
 * wait for the loss.
 *
 *     const memory = gpu.workspace()
 *     for (const batch of batches) {
 *       const loss = memory.run(() => lossOf(batch))
 *       const [value] = await loss.read()
 *       memory.run(() => step(loss))
 *       memory.clear(model.parameters())
 *     }
 */
export interface Workspace {
  /** Runs `body`: what is made in it is made here. @throws UnrollError when `body` is asynchronous. */
  run<T>(body: () => T): T
  /**
   * Frees what was made here, but for what was put into older tensors, and the tensors in `kept` (also in arrays, plain objects
   * and variables), which stay until they are not kept any more.
   */
  clear(kept?: unknown): void
}
