import { constant, model, node, value } from './onnx.mjs'

/**
 * Embedding → LSTM → linear: x `[T, B]`, h and c `[1, B, H]` to logits `[T, B, V]`, hn and cn. ONNX's own LSTM
 * runs the whole sequence in one node.
 */
export function lstmModel(data, T, B) {
  const [V, F] = data['embedding.weight'].shape
  const H = data['output.weight'].shape[1]
  const of = (name) => inOnnxOrder(data[`rnn.${name}_l0`].data)
  const biases = new Float32Array([...of('bias_ih'), ...of('bias_hh')])
  return model({
    nodes: [
      node('Gather', ['embedding', 'x'], ['vectors']),
      node('LSTM', ['vectors', 'W', 'R', 'B', '', 'h', 'c'], ['hidden', 'hn', 'cn'], { hidden_size: H }),
      node('Squeeze', ['hidden', 'directions'], ['rows']),
      node('MatMul', ['rows', 'weight'], ['product']),
      node('Add', ['product', 'bias'], ['logits']),
    ],
    constants: [
      constant('embedding', 'float32', [V, F], data['embedding.weight'].data),
      constant('W', 'float32', [1, 4 * H, F], of('weight_ih')),
      constant('R', 'float32', [1, 4 * H, H], of('weight_hh')),
      constant('B', 'float32', [1, 8 * H], biases),
      constant('directions', 'int64', [1], BigInt64Array.of(1n)),
      constant('weight', 'float32', [H, V], transposed(data['output.weight'])),
      constant('bias', 'float32', [V], data['output.bias'].data),
    ],
    inputs: [value('x', 'int32', [T, B]), value('h', 'float32', [1, B, H]), value('c', 'float32', [1, B, H])],
    outputs: [
      value('logits', 'float32', [T, B, V]),
      value('hn', 'float32', [1, B, H]),
      value('cn', 'float32', [1, B, H]),
    ],
  })
}

export function matmulModel({ m, k, n }) {
  return model({
    nodes: [node('MatMul', ['a', 'b'], ['y'])],
    constants: [],
    inputs: [value('a', 'float32', [m, k]), value('b', 'float32', [k, n])],
    outputs: [value('y', 'float32', [m, n])],
  })
}

/** PyTorch's gates i f g o in ONNX's order, i o f g. */
function inOnnxOrder(rows) {
  const size = rows.length / 4
  const [i, f, g, o] = [0, 1, 2, 3].map((gate) => rows.subarray(gate * size, (gate + 1) * size))
  const ordered = new Float32Array(rows.length)
  for (const [place, gate] of [i, o, f, g].entries()) ordered.set(gate, place * size)
  return ordered
}

function transposed({ shape: [rows, columns], data }) {
  return Float32Array.from(data, (_, i) => data[(i % rows) * columns + Math.floor(i / rows)])
}
