import brain from 'brain.js'
import { draw } from '../../dist/contest/draw.js'
import { serve, Unsupported } from '../../dist/contest/serve.js'

/**
 * brain.js trains one sequence at a time, by RMSProp with gradients clipped each by itself; its LSTM keeps no
 * cell state of its own. So the sizes are those of the others, and the maths is not.
 */
await serve({
  about: 'plain JavaScript',
  ownMaths: 'one sequence at a time, RMSProp, LSTM without a cell state',
  prepare(workload, data) {
    if (workload.kind === 'train') return train(workload, data)
    if (workload.kind === 'generate') return generate(workload)
    throw new Unsupported('has no such thing')
  },
})

/** A step is every sequence of the batch once. */
function train({ model, T }, { x }) {
  const sequences = model.vocabulary ? rowsOf(x.data, T) : rowsOf(rowsOf(x.data, model.features), T)
  const net = makeNet(model)
  net.initialize()
  net.verifyIsInitialized(sequences)
  const step = () => {
    let total = 0
    for (const sequence of sequences) total += net.trainPattern(sequence, true)
    return total / sequences.length
  }
  return { step, loss: (value) => value }
}

function makeNet({ cell, layers, vocabulary, features, hidden }) {
  if (cell === 'rnn') throw new Unsupported('its RNN is by relu, not tanh')
  const hiddenLayers = Array(layers).fill(hidden)
  const { LSTM, GRU, LSTMTimeStep } = brain.recurrent
  if (!vocabulary) return new LSTMTimeStep({ inputSize: features, outputSize: features, hiddenLayers })
  const Net = { lstm: LSTM, gru: GRU }[cell]
  // It has two ways to hold a vocabulary; by this one, sequences are indices.
  return new Net({
    inputSize: features,
    inputRange: vocabulary,
    outputSize: vocabulary,
    hiddenLayers,
    dataFormatter: null,
  })
}

/** By its equations, one after another, as its own `run` goes; that one stops when it draws its end symbol. */
function generate({ model, length }) {
  const net = makeNet(model)
  net.initialize()
  while (net.model.equations.length < length) net.bindEquation()
  const step = () => {
    const symbols = []
    let symbol = 0
    for (const equation of net.model.equations) {
      symbol = draw(equation.runIndex(symbol).weights, Math.random())
      symbols.push(symbol)
    }
    return symbols
  }
  return { step, loss: (symbols) => symbols[0] }
}

function rowsOf(values, size) {
  return Array.from({ length: values.length / size }, (_, i) => values.slice(i * size, (i + 1) * size))
}
