import { fail } from '@unroll/tensor'

let recording = true

/** True while ops are recorded on the tape. */
export function isRecording(): boolean {
  return recording
}

/**
 * Runs `body` without recording: what it computes has no gradient, and nothing is kept for one.
 * @throws UnrollError when `body` is asynchronous: it would go on after recording has resumed.
 */
export function noGrad<T>(body: () => T): T {
  return withRecording(false, body)
}

/** Runs `body` with recording on, inside a `noGrad`. */
export function enableGrad<T>(body: () => T): T {
  return withRecording(true, body)
}

export function withRecording<T>(on: boolean, body: () => T): T {
  const former = recording
  recording = on
  try {
    const result = body()
    if (result instanceof Promise) fail(on ? 'enableGrad' : 'noGrad', 'the body must not be asynchronous')
    return result
  } finally {
    recording = former
  }
}
