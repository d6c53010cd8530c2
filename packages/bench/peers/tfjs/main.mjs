import * as tf from '@tensorflow/tfjs'
import '@tensorflow/tfjs-backend-wasm'
import { crossEntropyOf, meanSquare, meanSymbol } from '../../dist/contest/compare.js'
import { draw } from '../../dist/contest/draw.js'
import { serve } from '../../dist/contest/serve.js'
import { makeModel, trainable } from './model.mjs'

await tf.setBackend('wasm')

await serve({
  about: `${tf.version.tfjs} ${tf.getBackend()}`,
  prepare(workload, data) {
    return { train, forward, generate, matmul }[workload.kind](workload, data)
  },
})

function train({ model: sizes }, data) {
  const { weights, unroll, inputs } = makeModel(sizes, data, trainable)
  const optimizer = tf.train.adam(1e-3, 0.9, 0.999, 1e-8)
  const xs = inputs(data.x)
  const targets = sizes.vocabulary
    ? tf.oneHot(timeMajor(data.y).flatten(), sizes.vocabulary)
    : timeMajor(data.y).reshape([-1, 1])
  const criterion = sizes.vocabulary ? tf.losses.softmaxCrossEntropy : tf.losses.meanSquaredError
  const loss = () => criterion(targets, unroll(xs)).asScalar()
  const step = () =>
    tf.tidy(() => {
      const { value, grads } = tf.variableGrads(loss, Object.values(weights))
      optimizer.applyGradients(clipped(grads, 1))
      return value.dataSync()[0]
    })
  return { step, loss: (value) => value }
}

function clipped(grads, maxNorm) {
  const squares = Object.values(grads).map((g) => g.square().sum())
  const norm = tf.addN(squares).sqrt()
  const scale = tf.minimum(1, tf.div(maxNorm, norm.add(1e-6)))
  return Object.fromEntries(Object.entries(grads).map(([name, g]) => [name, g.mul(scale)]))
}

function forward({ model: sizes }, data) {
  const { unroll, inputs } = makeModel(sizes, data)
  const xs = inputs(data.x)
  const step = () => {
    const outputs = tf.tidy(() => unroll(xs)) // what `tidy` returns it looks through: not the numbers
    const logits = outputs.dataSync()
    outputs.dispose()
    return logits
  }
  const [B, T] = data.x.shape
  return { step, loss: (logits) => crossEntropyOf(logits, { data: timeMajorSymbols(data.y.data, B, T) }) }
}

function timeMajorSymbols(symbols, B, T) {
  return symbols.map((_, i) => symbols[(i % B) * T + Math.floor(i / B)])
}

function generate({ model: sizes, length }, data) {
  const { zeroState, advance } = makeModel(sizes, data).stepper()
  const numbers = data.u.data
  const step = () => {
    const symbols = []
    let symbol = 0
    let state = zeroState()
    for (let i = 0; i < length; i++) {
      const [next, logits] = tf.tidy(() => advance(symbol, state))
      tf.dispose(state)
      state = next
      symbol = draw(logits.dataSync(), numbers[i])
      logits.dispose()
      symbols.push(symbol)
    }
    tf.dispose(state)
    return symbols
  }
  return { step, loss: meanSymbol }
}

function matmul({ repeats }, { a, b }) {
  const left = tf.tensor(a.data, a.shape)
  const right = tf.tensor(b.data, b.shape)
  const step = () => {
    let c
    for (let i = 0; i < repeats; i++) {
      c?.dispose()
      c = tf.matMul(left, right)
    }
    return c
  }
  return {
    step,
    loss: (c) => {
      const value = meanSquare(c.dataSync())
      c.dispose()
      return value
    },
  }
}

/** [B, T, …] to [T, B, …] */
function timeMajor({ shape, data }) {
  const x = tf.tensor(data, shape, data instanceof Int32Array ? 'int32' : 'float32')
  return tf.transpose(x, [1, 0, ...shape.slice(2).map((_, axis) => axis + 2)])
}
