import { bytes, integer, join } from './protobuf.mjs'

// ONNX models, written field by field: the numbers are those of
// https://github.com/onnx/onnx/blob/main/onnx/onnx.proto

const types = { float32: 1, int32: 6, int64: 7 }

/** The bytes of an .onnx file. */
export function model({ nodes, constants, inputs, outputs }) {
  const graph = join([
    ...nodes.map((node) => bytes(1, node)),
    bytes(2, 'graph'),
    ...constants.map((constant) => bytes(5, constant)),
    ...inputs.map((input) => bytes(11, input)),
    ...outputs.map((output) => bytes(12, output)),
  ])
  const opset = join([bytes(1, ''), integer(2, 17)])
  return join([integer(1, 8), bytes(7, graph), bytes(8, opset)])
}

/** One operation; attributes are whole numbers. */
export function node(op, inputs, outputs, attributes = {}) {
  return join([
    ...inputs.map((name) => bytes(1, name)),
    ...outputs.map((name) => bytes(2, name)),
    bytes(4, op),
    ...Object.entries(attributes).map(([name, value]) => {
      return bytes(5, join([bytes(1, name), integer(3, value), integer(20, 2)]))
    }),
  ])
}

/** A tensor that is part of the model. */
export function constant(name, type, shape, data) {
  return join([
    ...shape.map((size) => integer(1, size)),
    integer(2, types[type]),
    bytes(8, name),
    bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
  ])
}

/** A tensor that goes in or comes out. */
export function value(name, type, shape) {
  const sizes = join(shape.map((size) => bytes(1, integer(1, size))))
  const tensor = join([integer(1, types[type]), bytes(2, sizes)])
  return join([bytes(1, name), bytes(2, bytes(1, tensor))])
}
