import { variable } from '@unroll/autograd'
import {
  AdditiveAttention,
  BahdanauDecoder,
  Bridge,
  DotAttention,
  Embedding,
  Encoder,
  exponentialDecay,
  GRU,
  inverseSigmoidDecay,
  LSTM,
  LuongDecoder,
  linearDecay,
  type Recurrent,
  RecurrentDecoder,
  Seq2Seq,
} from '@unroll/rnn'
import { Random, tensor, zeros } from '@unroll/tensor'
import { expectRefusals, wrong } from '../support/refusals.js'

const rng = new Random(1)
const embedding = new Embedding(3, 2, { rng })
const encoderOf = (layer: Recurrent) => new Encoder(embedding, layer)
const decoderOf = (layer: Recurrent) => new RecurrentDecoder({ embedding, layer, symbols: 3, rng })
const [gru, lstm] = [new GRU(2, 4, { rng }), new LSTM(2, 4, { rng })]
const [encoder, decoder] = [encoderOf(gru), decoderOf(gru)]
const attention = new DotAttention(4)
const luong = new LuongDecoder({ embedding, layer: gru, attention, symbols: 3, inputFeeding: true, rng })
const bahdanau = new BahdanauDecoder({ embedding, layer: new GRU(6, 4, { rng }), attention, symbols: 3, rng })
const model = new Seq2Seq(encoder, bahdanau, { startSymbol: 0 })
const source = tensor([[0, 1, 2]], { dtype: 'int32' })
const { symbols, state } = model.start(source)

expectRefusals([
  [
    'a bridge from an encoder, not its layer',
    () => new Bridge(wrong(encoder), gru, { rng }),
    /^Bridge: wants the recurrent layers of the encoder and of the decoder, got Encoder$/,
  ],
  [
    'an encoder that is time-first',
    () => encoderOf(new GRU(2, 4, { batchFirst: false, rng })),
    /^Encoder: wants a layer with batchFirst: true and returnSequences: true$/,
  ],
  [
    'an encoder that gives its last step alone',
    () => encoderOf(new GRU(2, 4, { returnSequences: false, rng })),
    /^Encoder: wants a layer with batchFirst/,
  ],
  [
    'an encoder of nothing',
    () => new Encoder(wrong(), gru),
    /^Encoder: wants an embedding, .*, got undefined$/,
  ],
  [
    'an encoder over a cell',
    () => new Encoder(embedding, wrong(gru.cells[0])),
    /^Encoder: wants a recurrent layer, got GRUCell$/,
  ],
  [
    'a decoder of no parts',
    () => new LuongDecoder(wrong()),
    /^LuongDecoder: wants \{ embedding \}, .*, got undefined$/,
  ],
  [
    'a decoder without a layer',
    () => new BahdanauDecoder(wrong({ embedding })),
    /^BahdanauDecoder: wants \{ layer \}, a recurrent one, got undefined$/,
  ],
  [
    'a model without a decoder',
    () => new Seq2Seq(encoder, wrong(encoder), { startSymbol: 0 }),
    /^Seq2Seq: wants a Decoder, got Encoder$/,
  ],
  [
    'a model without an encoder',
    () => new Seq2Seq(wrong(), decoder, { startSymbol: 0 }),
    /^Seq2Seq: wants an Encoder, got undefined$/,
  ],
  [
    'a decoder of two directions',
    () => decoderOf(new GRU(2, 4, { bidirectional: true, rng })),
    /^RecurrentDecoder: wants a layer of one direction, from the first step on/,
  ],
  [
    'a decoder in reverse',
    () => decoderOf(new GRU(2, 4, { reverse: true, rng })),
    /^RecurrentDecoder: wants a layer of one/,
  ],
  [
    'a decoder that is time-first',
    () => decoderOf(new GRU(2, 4, { batchFirst: false, rng })),
    /^RecurrentDecoder: wants a layer with/,
  ],
  [
    'no symbols',
    () => new RecurrentDecoder({ embedding, layer: gru, symbols: 0, rng }),
    /^RecurrentDecoder: symbols is a positive integer, got 0$/,
  ],
  [
    'no generator',
    () => new RecurrentDecoder({ embedding, layer: gru, symbols: 3, rng: wrong() }),
    /^RecurrentDecoder: wants \{ rng \}/,
  ],
  [
    'no attention',
    () => new LuongDecoder({ embedding, layer: gru, attention: wrong(), symbols: 3, rng }),
    /^LuongDecoder: wants attention, got undefined$/,
  ],
  [
    'attention that reads other queries',
    () =>
      new LuongDecoder({
        embedding,
        layer: gru,
        attention: new AdditiveAttention(5, 4, 3, { rng }),
        symbols: 3,
        rng,
      }),
    /^LuongDecoder: asks with 4 features, and its attention reads queries of 5$/,
  ],
  [
    'a layer without room for what is fed',
    () => luong.step(symbols, luong.start(state.cells, zeros([1, 3, 4]))),
    /^LuongDecoder: its layer reads 2 features, and gets 6: those of the embedding, and what it is fed$/,
  ],
  [
    'states of other cells',
    () => new Seq2Seq(encoder, decoderOf(lstm), { startSymbol: 0 }),
    /^Seq2Seq: the encoder ends in \{ h: 4 \}, and the decoder starts from \{ h: 4, c: 4 \}: put new Bridge\(encoder\.layer, decoder\.layer, \{ rng \}\) between them$/,
  ],
  [
    'states of other sizes',
    () => new Seq2Seq(encoderOf(new GRU(2, 4, { bidirectional: true, rng })), decoder, { startSymbol: 0 }),
    /^Seq2Seq: the encoder ends in \{ h: 8 \}, and the decoder starts from \{ h: 4 \}/,
  ],
  [
    'another number of layers',
    () => new Seq2Seq(encoderOf(new GRU(2, 4, { numLayers: 2, rng })), decoder, { startSymbol: 0 }),
    /^Seq2Seq: the encoder ends in \{ h: 4 \}, \{ h: 4 \}, and the decoder starts from \{ h: 4 \}/,
  ],
  [
    'a bridge of other layers',
    () => new Seq2Seq(encoder, decoder, { startSymbol: 0, bridge: new Bridge(gru, lstm, { rng }) }),
    /^Seq2Seq: wants a bridge from the layer of the encoder to that of the decoder, got one between others$/,
  ],
  [
    'a bridge of another kind',
    () => new Seq2Seq(encoder, decoder, { startSymbol: 0, bridge: wrong(true) }),
    /^Seq2Seq: bridge is a Bridge or false, got boolean$/,
  ],
  [
    'no start symbol',
    () => new Seq2Seq(encoder, decoder, wrong({})),
    /^Seq2Seq: wants \{ startSymbol \}, the index of a symbol, got undefined$/,
  ],
  [
    'a start symbol of another name',
    () => new Seq2Seq(encoder, decoder, wrong({ startSymbl: 1 })),
    /^Seq2Seq: has no option startSymbl: did you mean startSymbol/,
  ],
  ['no options', () => new Seq2Seq(encoder, decoder, wrong()), /^Seq2Seq: wants \{ startSymbol \}/],
  [
    'memories of another size',
    () => new Seq2Seq(encoderOf(new GRU(2, 5, { rng })), bahdanau, { startSymbol: 0, bridge: false }),
    /^Seq2Seq: the encoder gives 5 features a step, and the attention of the decoder reads memories of 4$/,
  ],
  [
    'a target of floats',
    () => model.forward(source, zeros([1, 2])),
    /^Seq2Seq: wants a target \[1, T\] int32, got \[1, 2\] float32$/,
  ],
  [
    'a target of another batch',
    () => model.forward(source, zeros([2, 2], { dtype: 'int32' })),
    /^Seq2Seq: wants a target \[1, T\] int32, got \[2, 2\] int32$/,
  ],
  [
    'an empty target',
    () => model.forward(source, zeros([1, 0], { dtype: 'int32' })),
    /^Seq2Seq: the target is empty/,
  ],
  ['a length of 4', () => model.forward(source, source, { sourceLengths: [4] }), /wants lengths from 1 to 3/],
  [
    'symbols with a time axis',
    () => model.step(source, state),
    /^BahdanauDecoder: wants symbols \[N\] int32, got \[1, 3\] int32$/,
  ],
  [
    'symbols of floats',
    () => model.step(zeros([1]), state),
    /^BahdanauDecoder: wants symbols \[N\] int32, got \[1\] float32$/,
  ],
  [
    'symbols as an array',
    () => model.step(wrong([1]), state),
    /^BahdanauDecoder: wants symbols \[N\] int32, got an array$/,
  ],
  [
    'symbols without a time axis',
    () => bahdanau.forward(symbols, state),
    /^BahdanauDecoder: wants symbols \[N, T\] int32, got \[1\] int32$/,
  ],
  [
    'a state without a memory',
    () => bahdanau.step(symbols, { cells: state.cells }),
    /^BahdanauDecoder: wants a state with a memory, as start gives it$/,
  ],
  [
    'states of another batch',
    () => bahdanau.step(symbols, { ...state, cells: [{ h: variable(zeros([2, 4])) }] }),
    /^DotAttention: wants a query \[1, 4\] or \[1, T, 4\], got \[2, 4\]$/,
  ],
  [
    'no states',
    () => decoder.step(symbols, { cells: [] }),
    /^RecurrentDecoder: wants state \{ h: \[1, 4\] \} of float variables, got h: undefined$/,
  ],
  [
    'teacher forcing of 2',
    () => model.forward(source, source, { teacherForcing: 2, rng }),
    /^BahdanauDecoder: a probability lies between 0 and 1, got 2$/,
  ],
  [
    'less teacher forcing without a generator',
    () => model.forward(source, source, { teacherForcing: 0.5 }),
    /^BahdanauDecoder: teacherForcing below 1 wants \{ rng \}, the generator that draws what is read$/,
  ],
  [
    'feedback of another kind',
    () => model.forward(source, source, { feedback: wrong('beam') }),
    /^BahdanauDecoder: feedback is argmax or sample, got beam$/,
  ],
  [
    'a negative slope',
    () => linearDecay(1, { slope: -1 }),
    /^linearDecay: wants a slope that is not negative, got -1$/,
  ],
  [
    'a floor of 2',
    () => linearDecay(1, { slope: 1, floor: 2 }),
    /^linearDecay: a probability lies between 0 and 1, got 2$/,
  ],
  [
    'a base of 2',
    () => exponentialDecay(1, 2),
    /^exponentialDecay: a probability lies between 0 and 1, got 2$/,
  ],
  ['k below 1', () => inverseSigmoidDecay(1, 0.5), /^inverseSigmoidDecay: wants k ≥ 1, got 0.5$/],
  [
    'a step before the first',
    () => exponentialDecay(-1, 0.5),
    /^exponentialDecay: wants a step of training from 0 on, got -1$/,
  ],
])
