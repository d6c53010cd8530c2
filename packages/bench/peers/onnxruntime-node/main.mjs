import ort from 'onnxruntime-node'
import { serve } from '../../dist/contest/serve.js'
import { contestant } from '../onnx/contestant.mjs'

await serve(contestant(ort, 'native CPU'))
