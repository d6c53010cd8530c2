export { assertLater } from './assert-later.js'
export { type CallSite, callSite, stackDepth } from './call-site.js'
export { type MethodsOf, withMethods } from './chaining.js'
export {
  arange,
  type CreationOptions,
  eye,
  full,
  linspace,
  oneHot,
  ones,
  onesLike,
  type TensorOptions,
  tensor,
  zeros,
  zerosLike,
} from './creation.js'
export { bytesOf, type DType, isFloat, promote, type TypedArray } from './dtype.js'
export { fail, kindOf, UnrollError } from './errors.js'
export { inEveryReplay } from './in-every-replay.js'
export {
  readSafetensors,
  type Safetensors,
  type StoredDType,
  type WriteSafetensorsOptions,
  writeSafetensors,
} from './io/safetensors.js'
export { undoable } from './journal.js'
export { kernelsFor, tracer, withKernels } from './kernels/active.js'
export { DeviceArray, type Elements } from './kernels/elements.js'
export type { Kernels, Strided, Workspace } from './kernels/kernels.js'
export { reference } from './kernels/reference/index.js'
export type { SequenceName } from './kernels/sequence.js'
export type { LinearStage, LookupStage, RecurrentStage, Stage, Stepper } from './kernels/stepper.js'
export { getThreads, setThreads } from './kernels/wasm/engine.js'
export { wasm } from './kernels/wasm/index.js'
export { Tensor } from './methods.js'
export type { TensorLike } from './operand.js'
export { checkConversion, checkElements } from './ops/check-elements.js'
export { allClose, arrayEqual, type CloseOptions } from './ops/close.js'
export { type ClassLosses, type ClassLossOptions, classLosses } from './ops/cross-entropy.js'
export * from './ops/index.js'
export * as ops from './ops/index.js'
export { type LayerNormed, layerNormed } from './ops/layer-norm.js'
export {
  type SequenceBackward,
  type SequenceResult,
  type SequenceTensorGradients,
  type SequenceTensors,
  sequence,
} from './ops/sequence.js'
export { embed } from './ops/slice.js'
export { checkNames, type OptionNames } from './option-names.js'
export { Random, type RandomOptions } from './random.js'
export {
  broadcastShapes,
  formatShape,
  normalizeAxes,
  normalizeAxis,
  type Shape,
  sameShape,
  sizeOf,
} from './shape.js'
export type { Storage } from './storage.js'
export type { NestedArray } from './tensor.js'
export { adagradStep, adamStep, rmspropStep, sgdStep, sumOfSquares } from './updates.js'
