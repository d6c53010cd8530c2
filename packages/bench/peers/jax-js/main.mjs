import { init, jit, nn, numpy as np, tree, valueAndGrad } from '@jax-js/jax'
import { crossEntropyOf, meanSquare, meanSymbol } from '../../dist/contest/compare.js'
import { draw } from '../../dist/contest/draw.js'
import { serve } from '../../dist/contest/serve.js'
import { advance, unroll } from './model.mjs'

await init('wasm')

await serve({
  about: 'wasm',
  prepare(workload, data) {
    return { train, forward, generate, matmul }[workload.kind](workload, data)
  },
})

/** The whole step in one `jit`: the weights, and Adam's moments and their number, go in and come out. */
function train({ model }, data) {
  const xs = inputsOf(model, data.x)
  const targets = model.vocabulary ? oneHotRows(data.y, model.vocabulary) : timeMajor(data.y)
  let parameters = weightsOf(data)
  let m = tree.map(np.zerosLike, tree.ref(parameters))
  let v = tree.map(np.zerosLike, tree.ref(parameters))
  let t = 0

  const lossOf = (parameters, xs, targets) => {
    const outputs = unroll(model, parameters, xs)
    if (!model.vocabulary) return np.mean(np.square(outputs.sub(targets)))
    return np.mean(np.sum(nn.logSoftmax(outputs, -1).mul(targets), -1)).mul(-1)
  }
  const update = jit((parameters, m, v, corrections, xs, targets) => {
    const [loss, gradients] = valueAndGrad(lossOf)(tree.ref(parameters), xs, targets)
    const g = clipped(gradients, 1)
    const nextM = tree.map((m, g) => m.mul(0.9).add(g.mul(0.1)), m, tree.ref(g))
    const nextV = tree.map((v, g) => v.mul(0.999).add(np.square(g).mul(0.001)), v, g)
    const [mScale, vScale] = [corrections.ref.slice(0), corrections.slice(1)]
    const next = tree.map(
      (p, m, v) =>
        p.sub(
          m
            .mul(mScale.ref)
            .div(np.sqrt(v.mul(vScale.ref)).add(1e-8))
            .mul(1e-3),
        ),
      parameters,
      tree.ref(nextM),
      tree.ref(nextV),
    )
    return [loss, next, nextM, nextV]
  })

  const step = async () => {
    t++
    const corrections = np.array(Float32Array.of(1 / (1 - 0.9 ** t), 1 / (1 - 0.999 ** t)))
    let loss
    ;[loss, parameters, m, v] = update(parameters, m, v, corrections, xs.ref, targets.ref)
    return (await loss.data())[0]
  }
  return { step, loss: (value) => value }
}

function clipped(gradients, maxNorm) {
  const squares = tree.leaves(tree.ref(gradients)).map((g) => np.sum(np.square(g)))
  const norm = np.sqrt(squares.reduce((a, b) => a.add(b)))
  const scale = np.minimum(1, np.array(maxNorm).div(norm.add(1e-6)))
  return tree.map((g) => g.mul(scale.ref), gradients)
}

function forward({ model }, data) {
  const parameters = weightsOf(data)
  const xs = inputsOf(model, data.x)
  const run = jit((parameters, xs) => unroll(model, parameters, xs))
  const [B, T] = data.x.shape
  const targets = { data: data.y.data.map((_, i) => data.y.data[(i % B) * T + Math.floor(i / B)]) }
  return {
    step: () => run(tree.ref(parameters), xs.ref).data(),
    loss: (logits) => crossEntropyOf(logits, targets),
  }
}

function generate({ model, length }, data) {
  const parameters = weightsOf(data)
  const run = jit((parameters, symbol, h, c) => advance(parameters, symbol, h, c))
  const numbers = data.u.data
  const step = async () => {
    const symbols = []
    let symbol = 0
    let [h, c] = [np.zeros([1, model.hidden]), np.zeros([1, model.hidden])]
    for (let i = 0; i < length; i++) {
      let logits
      ;[logits, h, c] = run(tree.ref(parameters), np.array(Int32Array.of(symbol), { dtype: np.int32 }), h, c)
      symbol = draw(logits.dataSync(), numbers[i])
      symbols.push(symbol)
    }
    h.dispose()
    c.dispose()
    return symbols
  }
  return { step, loss: meanSymbol }
}

function matmul({ repeats }, { a, b }) {
  const left = np.array(a.data).reshape(a.shape)
  const right = np.array(b.data).reshape(b.shape)
  const step = async () => {
    let c
    for (let i = 0; i < repeats; i++) {
      c?.dispose()
      c = np.matmul(left.ref, right.ref)
      await c.blockUntilReady()
    }
    return c.data()
  }
  return { step, loss: meanSquare }
}

function weightsOf(data) {
  const weights = Object.entries(data).filter(([name]) => name.includes('.'))
  return Object.fromEntries(
    weights.map(([name, { shape, data: values }]) => [name, np.array(values).reshape(shape)]),
  )
}

/** [T, B, V] one-hot, or [T, B, F] */
function inputsOf({ vocabulary }, x) {
  return vocabulary ? oneHotRows(x, vocabulary) : timeMajor(x)
}

function oneHotRows(symbols, count) {
  return nn.oneHot(timeMajor(symbols), count)
}

function timeMajor({ shape, data }) {
  const dtype = data instanceof Int32Array ? np.int32 : np.float32
  const x = np.array(data, { dtype }).reshape(shape)
  return np.transpose(x, [1, 0, ...shape.slice(2).map((_, axis) => axis + 2)])
}
