import { parameter, type Variable, variable } from '@unroll/autograd'
import { Dropout, Embedding, GRU, Linear, LSTM, LSTMCell, Module, RNN, Sequential } from '@unroll/rnn'
import { Random, tensor } from '@unroll/tensor'
import { describe, expect, test } from 'vitest'

const rng = new Random(1)

class Names extends Module {
  readonly size = 3
  readonly title = 'not a parameter'
  readonly charEmbedding = new Embedding(4, 2, { rng })
  readonly encoderLSTM = new LSTM(2, 3, { numLayers: 2, rng })
  readonly scaleW1 = parameter([1])
  readonly Wq = parameter([2])
  readonly blocks = [new Linear(3, 3, { rng }), { upProjection: new Linear(3, 1, { bias: false, rng }) }]
  readonly nothing = undefined
  readonly none = null
}

describe('parameters', () => {
  test('are found in fields, modules, arrays and objects, in their order', () => {
    expect([...new Names().namedParameters()].map(([key]) => key)).toEqual([
      'char_embedding.weight',
      'encoder_lstm.weight_ih_l0',
      'encoder_lstm.weight_hh_l0',
      'encoder_lstm.bias_ih_l0',
      'encoder_lstm.bias_hh_l0',
      'encoder_lstm.weight_ih_l1',
      'encoder_lstm.weight_hh_l1',
      'encoder_lstm.bias_ih_l1',
      'encoder_lstm.bias_hh_l1',
      'scale_w1',
      'Wq',
      'blocks.0.weight',
      'blocks.0.bias',
      'blocks.1.up_projection.weight',
    ])
  })

  test('that are shared are listed under each key, and once as parameters', () => {
    class Tied extends Module {
      readonly encode = new Linear(3, 3, { bias: false, rng })
      readonly decode = this.encode
      readonly weight = this.encode.weight
    }
    const tied = new Tied()
    expect([...tied.namedParameters()].map(([key]) => key)).toEqual([
      'encode.weight',
      'decode.weight',
      'weight',
    ])
    expect(tied.parameters()).toEqual([tied.encode.weight])
  })

  test('whose keys would be one are refused', () => {
    class Clash extends Module {
      readonly myWeight = parameter([1])
      readonly my_weight = parameter([2])
    }
    expect(() => new Clash().parameters()).toThrow(/^Clash: two fields go by the key my_weight; rename one$/)
  })

  test('come in PyTorch’s order, with no keys for biases that are not there', () => {
    const keys = (module: Module) => Object.keys(module.stateDict())
    const all = ['weight_ih_l0', 'weight_hh_l0', 'bias_ih_l0', 'bias_hh_l0']
    for (const Layer of [RNN, LSTM, GRU]) {
      expect(keys(new Layer(2, 3, { rng }))).toEqual(all)
      expect(keys(new Layer(2, 3, { bias: false, numLayers: 2, rng }))).toEqual([
        'weight_ih_l0',
        'weight_hh_l0',
        'weight_ih_l1',
        'weight_hh_l1',
      ])
    }
    expect(keys(new LSTMCell(2, 3, { rng }))).toEqual(['weight_ih', 'weight_hh', 'bias_ih', 'bias_hh'])
    expect(keys(new Linear(2, 3, { rng }))).toEqual(['weight', 'bias'])
    expect(keys(new Linear(2, 3, { bias: false, rng }))).toEqual(['weight'])
  })

  test('have the shapes that PyTorch’s have', () => {
    const shapes = (module: Module) => Object.values(module.stateDict()).map(({ shape }) => shape)
    expect(shapes(new LSTM(2, 3, { numLayers: 2, rng }))).toEqual([
      ...[[12, 2], [12, 3], [12], [12]],
      ...[[12, 3], [12, 3], [12], [12]],
    ])
    expect(shapes(new GRU(2, 3, { rng }))).toEqual([[9, 2], [9, 3], [9], [9]])
    expect(shapes(new RNN(2, 3, { rng }))).toEqual([[3, 2], [3, 3], [3], [3]])
    expect(shapes(new Linear(2, 3, { rng }))).toEqual([[3, 2], [3]])
    expect(shapes(new Embedding(5, 3, { rng }))).toEqual([[5, 3]])
  })

  test('are of the dtype asked for', () => {
    for (const dtype of ['float32', 'float64'] as const) {
      const modules = [
        new LSTM(2, 3, { forgetBias: 1, rng, dtype }),
        new Linear(2, 3, { rng, dtype }),
        new Embedding(2, 3, { paddingIdx: 0, rng, dtype }),
      ]
      for (const p of modules.flatMap((module) => module.parameters())) expect(p.dtype).toBe(dtype)
    }
  })

  test('lose their gradients by zeroGrad', () => {
    const model = new Names()
    for (const p of model.parameters()) p.grad = variable(p.value)
    model.zeroGrad()
    expect(model.parameters().filter(({ grad }) => grad)).toEqual([])
  })
})

test('train and eval reach every module within', () => {
  class Deep extends Module {
    readonly inner = [new Dropout(0.5, { rng }), { layer: new LSTM(2, 2, { rng }) }]
    readonly stack = new Sequential(new Dropout(0.5, { rng }), new Sequential(new Linear(2, 2, { rng })))
  }
  const deep = new Deep()
  const modes = () => [...deep.modules()].map(({ training }) => training)
  expect(modes()).toEqual(Array(8).fill(true)) // the LSTM has a cell
  expect(deep.eval()).toBe(deep)
  expect(modes()).toEqual(Array(8).fill(false))
  expect(deep.train()).toBe(deep)
  expect(modes()).toEqual(Array(8).fill(true))
  deep.train(false)
  expect(modes()).toEqual(Array(8).fill(false))
})

describe('Linear', () => {
  test('is x Wᵀ + b over the last axis', () => {
    const linear = new Linear(2, 3, { rng })
    linear.weight.value.assign(
      tensor([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
    )
    linear.bias?.value.assign(tensor([10, 20, 30]))
    expect(linear.forward(tensor([1, -1])).toArray()).toEqual([9, 19, 29])
    expect(linear.forward(tensor([[[2, 0]], [[0, 1]]])).toArray()).toEqual([[[12, 26, 40]], [[12, 24, 36]]])
  })
})

describe('Embedding', () => {
  const embedding = new Embedding(4, 2, { rng })
  const rows = embedding.weight.value

  test('takes indices of any shape', () => {
    const look = (indices: Parameters<Embedding['forward']>[0]) => embedding.forward(indices).toArray()
    expect(look(tensor(Int32Array.of(3, 0, 3)))).toEqual([3, 0, 3].map((i) => rows.slice(i).toArray()))
    expect(look(tensor(2, { dtype: 'int32' }))).toEqual(rows.slice(2).toArray())
    expect(look(tensor([[1], [2]], { dtype: 'int32' }).transpose())).toEqual([
      [1, 2].map((i) => rows.slice(i).toArray()),
    ])
    expect(look(variable(tensor([1], { dtype: 'int32' })))).toEqual([rows.slice(1).toArray()])
    expect(embedding.forward(tensor([], { dtype: 'int32' })).shape).toEqual([0, 2])
  })

  test.each([1, -3])('paddingIdx %i starts as zeros and takes no gradient', (paddingIdx) => {
    const padded = new Embedding(4, 2, { paddingIdx, rng })
    expect(padded.paddingIdx).toBe(1)
    expect(padded.weight.value.any(1).toArray()).toEqual([true, false, true, true])
    const output = padded.forward(tensor(Int32Array.of(1, 2, 1, 2)))
    expect(output.slice(0).toArray()).toEqual([0, 0])
    output.sum().backward()
    expect(padded.weight.grad?.toArray()).toEqual([
      [0, 0],
      [0, 0],
      [2, 2],
      [0, 0],
    ])
  })

  test('paddingIdx that was given other values keeps them, as in PyTorch', () => {
    const padded = new Embedding(2, 1, { paddingIdx: 0, rng })
    padded.weight.value.fill(5)
    expect(padded.forward(tensor(Int32Array.of(0, 1))).toArray()).toEqual([[5], [5]])
  })
})

describe('Sequential', () => {
  test('passes on what each module gives, under keys by position', () => {
    const [first, second] = [new Linear(2, 4, { rng }), new Linear(4, 1, { rng })]
    const stack = new Sequential(first, new Dropout(0, { rng }), second)
    const x = rng.normal([3, 2])
    expect(stack.forward(x).toArray()).toEqual(second.forward(first.forward(x)).toArray())
    expect(Object.keys(stack.stateDict())).toEqual(['0.weight', '0.bias', '2.weight', '2.bias'])
  })

  test('may begin with a module that takes something else', () => {
    const stack = new Sequential(new Embedding(3, 2, { rng }), new Linear(2, 1, { rng }))
    expect(stack.forward(tensor(Int32Array.of(0, 2))).shape).toEqual([2, 1])
  })
})

describe('Dropout', () => {
  const ones = variable(tensor(new Float32Array(20_000).fill(1), { shape: [100, 200] }), {
    requiresGrad: true,
  })

  test('lets everything through in evaluation, and with p = 0', () => {
    expect(new Dropout(0.9, { rng }).eval().forward(ones)).toBe(ones)
    expect(new Dropout(0, { rng }).forward(ones)).toBe(ones)
  })

  test('drops everything with p = 1', () => {
    expect(new Dropout(1, { rng }).forward(ones).value.any().item()).toBe(0)
  })

  test.each([0.1, 0.5, 0.8])('with p = %d drops that part, and keeps the mean', (p) => {
    const y = new Dropout(p, { rng: new Random(2) }).forward(ones)
    expect(new Set(y.data)).toEqual(new Set([0, Math.fround(1 / (1 - p))]))
    // Five standard errors.
    expect(Math.abs(y.mean().item() - 1)).toBeLessThan(5 * Math.sqrt(p / (1 - p) / 20_000))
  })

  test('drops anew each time, by the seed', () => {
    const dropout = () => new Dropout(0.5, { rng: new Random(2) })
    const once = dropout()
    expect(once.forward(ones).toArray()).not.toEqual(once.forward(ones).toArray())
    expect(dropout().forward(ones).toArray()).toEqual(dropout().forward(ones).toArray())
  })

  test('passes the gradient by the same mask', () => {
    const x: Variable = parameter(rng.normal([50]))
    const y = new Dropout(0.4, { rng }).forward(x)
    y.sum().backward()
    expect(y.toArray()).toEqual(x.value.mul(x.grad?.value ?? 0).toArray())
    expect(x.grad?.value.any().item()).toBe(1)
  })

  test('takes float64 and tensors', () => {
    const y = new Dropout(0.5, { rng }).forward(rng.normal([8], 0, 1, { dtype: 'float64' }))
    expect(y.dtype).toBe('float64')
  })
})
