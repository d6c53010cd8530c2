/**
 * fast-check arbitraries for property tests of whatever is made of tensors: shapes, shapes that
 * broadcast, axes, indices, and tensors whose elements lie in memory in every way that views allow.
 *
 * @example
 * fc.assert(fc.property(tensors(), (x) => allClose(add(x, x), mul(x, 2))))
 */
export {
  axesOf,
  axisOf,
  broadcastableShapes,
  positionsIn,
  type ShapeOptions,
  shapes,
  sliceSpecsOf,
} from './shapes.js'
export { indices, type TensorsOptions, tensors, tensorsThatBroadcast } from './tensors.js'
