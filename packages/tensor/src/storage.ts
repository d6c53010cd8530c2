import type { TypedArray } from './dtype.js'

/**
 * The elements behind one or more tensors: a tensor and its views share a storage.
 *
 * `version` counts the in-place changes. The tape remembers it with each value that it keeps, so
 * that a value changed before its gradient was taken is an error and not a wrong gradient.
 */
export class Storage {
  version = 0
  constructor(readonly data: TypedArray) {}
}
