import { tracer } from './kernels/active.js'

/** Does something on the host: at once; or in a step that is being compiled, in every replay. What it changes has to be `undoable`. */
export function inEveryReplay(body: () => void): void {
  const traced = tracer()
  if (traced) traced.effect(body)
  else body()
}
