// What someone who installs @unroll/rnn might write: an LSTM that learns to say, after six more
// symbols, which one came first.
import { variable } from '@unroll/autograd'
import { Adam, clipGradNorm, crossEntropy, Embedding, Linear, LSTM } from '@unroll/rnn'
import { Random, tensor } from '@unroll/tensor'

const [symbols, length, batch] = [3, 7, 16]
const rng = new Random(1)
const embedding = new Embedding(symbols, 8, { rng })
const lstm = new LSTM(8, 16, { rng })
const head = new Linear(16, symbols, { rng })
const parameters = [embedding, lstm, head].flatMap((module) => module.parameters())
const adam = new Adam(parameters, { lr: 0.03 })

let loss = Number.POSITIVE_INFINITY
for (let step = 0; step < 150; step++) {
  const sequences = Int32Array.from({ length: batch * length }, () => rng.integer(symbols))
  const x = tensor(sequences, { shape: [batch, length] })
  const [output] = lstm.forward(embedding.forward(variable(x)))
  const logits = head.forward(output.slice(null, -1))
  const error = crossEntropy(logits, x.slice(null, 0))
  adam.zeroGrad()
  error.backward()
  clipGradNorm(parameters, 1, { errorIfNonfinite: true })
  adam.step()
  loss = error.value.item()
}

console.log(loss < 0.1 ? 'learned' : `not learned: the loss is still ${loss}`)
