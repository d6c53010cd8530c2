import * as ort from 'onnxruntime-web'
import { serve } from '../../dist/contest/serve.js'
import { contestant } from '../onnx/contestant.mjs'

const { prepare } = contestant(ort, 'wasm')

await serve({
  about: 'wasm',
  prepare(workload, data, threads) {
    ort.env.wasm.numThreads = threads // of the whole runtime, before its first session
    return prepare(workload, data, threads)
  },
})
