import { crossEntropyOf, meanSquare, meanSymbol } from '../../dist/contest/compare.js'
import { draw } from '../../dist/contest/draw.js'
import { Unsupported } from '../../dist/contest/serve.js'
import { lstmModel, matmulModel } from './models.mjs'

/** ONNX Runtime, native or in WebAssembly: `ort` is either. It infers and does not train. */
export function contestant(ort, about) {
  return {
    about,
    async prepare(workload, data, threads) {
      if (workload.kind === 'train') throw new Unsupported('does not train')
      const open = (model) =>
        ort.InferenceSession.create(model, { intraOpNumThreads: threads, interOpNumThreads: 1 })
      return { forward, generate, matmul }[workload.kind](ort, open, workload, data)
    },
  }
}

async function forward(ort, open, { model: { hidden }, T, B }, data) {
  const session = await open(lstmModel(data, T, B))
  const timeMajor = ({ data: symbols }) => symbols.map((_, i) => symbols[(i % B) * T + Math.floor(i / B)])
  const zeros = () => new ort.Tensor('float32', new Float32Array(B * hidden), [1, B, hidden])
  const feeds = { x: new ort.Tensor('int32', timeMajor(data.x), [T, B]), h: zeros(), c: zeros() }
  return {
    step: async () => (await session.run(feeds)).logits.data,
    loss: (logits) => crossEntropyOf(logits, { data: timeMajor(data.y) }),
  }
}

async function generate(ort, open, { model: { hidden }, length }, data) {
  const session = await open(lstmModel(data, 1, 1))
  const numbers = data.u.data
  const step = async () => {
    const symbols = []
    let symbol = 0
    let h = new ort.Tensor('float32', new Float32Array(hidden), [1, 1, hidden])
    let c = h
    for (let i = 0; i < length; i++) {
      const x = new ort.Tensor('int32', Int32Array.of(symbol), [1, 1])
      const { logits, hn, cn } = await session.run({ x, h, c })
      h = hn
      c = cn
      symbol = draw(logits.data, numbers[i])
      symbols.push(symbol)
    }
    return symbols
  }
  return { step, loss: meanSymbol }
}

async function matmul(ort, open, workload, { a, b }) {
  const session = await open(matmulModel(workload))
  const feeds = {
    a: new ort.Tensor('float32', a.data, a.shape),
    b: new ort.Tensor('float32', b.data, b.shape),
  }
  const step = async () => {
    let y
    for (let i = 0; i < workload.repeats; i++) ({ y } = await session.run(feeds))
    return y.data
  }
  return { step, loss: meanSquare }
}
