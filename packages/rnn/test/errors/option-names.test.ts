import { variable } from '@unroll/autograd'
import {
  accumulate,
  accuracy,
  batches,
  bucketBatches,
  clipGradAdaptive,
  clipGradNorm,
  confusionMatrix,
  cosineAnnealingLR,
  cosineAnnealingWarmRestarts,
  evaluate,
  exponentialLR,
  f1,
  gridSearch,
  kFold,
  Linear,
  LRSchedule,
  linearLR,
  MinMaxScaler,
  multiStepLR,
  OneCycleLR,
  oneCycle,
  oneCycleMomentum,
  padSequences,
  perplexity,
  polynomialLR,
  ReduceLROnPlateau,
  randomSplit,
  SGD,
  Standardizer,
  sequences,
  splitInTime,
  stepLR,
  summary,
  timeSeriesFolds,
  Vocabulary,
  warmup,
  windows,
} from '@unroll/rnn'
import { Random, tensor, UnrollError } from '@unroll/tensor'
import { expect, test } from 'vitest'

// What a user without types, or with options put together elsewhere, writes: it must not do nothing in silence.
const rng = new Random(1)
const x = tensor([[1], [2], [3], [4]])
const model = new Linear(1, 1, { rng })
const optimizer = new SGD(model.parameters(), { lr: 1, momentum: 0.9 })
const lists = sequences({ x: [[1, 2], [3]] })
const base = (rate: number) => rate

const misspelt: [name: string, option: string, call: (options: never) => unknown][] = [
  ['batches', 'batch_size', (o) => batches({ x }, o)],
  ['bucketBatches', 'bucket_width', (o) => bucketBatches(lists, o)],
  ['sequences', 'values', (o) => sequences({ x: [[1]] }, o)],
  ['padSequences', 'maxlen', (o) => padSequences([[1]], o)],
  ['windows', 'horizont', (o) => windows(x, o)],
  ['splitInTime', 'gaps', (o) => splitInTime(x, [0.5, 0.5], o)],
  ['randomSplit', 'stratified', (o) => randomSplit(x, [0.5, 0.5], o)],
  ['kFold', 'shuffle', (o) => kFold(x, 2, o)],
  ['timeSeriesFolds', 'min_train', (o) => timeSeriesFolds(x, 2, o)],
  ['Standardizer.fit', 'length', (o) => Standardizer.fit(x, o)],
  ['Standardizer.transform', 'masks', (o) => new Standardizer([0], [1]).transform(x, o)],
  ['MinMaxScaler.fit', 'feature_range', (o) => MinMaxScaler.fit(x, o)],
  ['Vocabulary.of', 'min_count', (o) => Vocabulary.of(['a'], o)],
  ['Vocabulary.encode', 'ends', (o) => Vocabulary.of(['a']).encode('a', o)],
  ['Vocabulary.decode', 'special', (o) => Vocabulary.of(['a']).decode([2], o)],
  ['stepLR', 'step_size', (o) => stepLR(o)],
  ['multiStepLR', 'mile_stones', (o) => multiStepLR(o)],
  ['exponentialLR', 'gama', (o) => exponentialLR(o)],
  ['polynomialLR', 'powers', (o) => polynomialLR(o)],
  ['linearLR', 'start_factor', (o) => linearLR(o)],
  ['cosineAnnealingLR', 'eta_min', (o) => cosineAnnealingLR(o)],
  ['cosineAnnealingWarmRestarts', 'T_mult', (o) => cosineAnnealingWarmRestarts(o)],
  ['warmup', 'start_factor', (o) => warmup(o, base)],
  ['oneCycle', 'total_steps', (o) => oneCycle(o)],
  ['oneCycleMomentum', 'base_momentum', (o) => oneCycleMomentum(o)],
  ['OneCycleLR', 'max_lr', (o) => new OneCycleLR(optimizer, o)],
  ['LRSchedule', 'momenta', (o) => new LRSchedule(optimizer, base, o)],
  ['ReduceLROnPlateau', 'min_lr', (o) => new ReduceLROnPlateau(optimizer, o)],
  ['clipGradNorm', 'norm_type', (o) => clipGradNorm(model.parameters(), 1, o)],
  ['clipGradAdaptive', 'clipping', (o) => clipGradAdaptive(model.parameters(), o)],
  ['accumulate', 'weight', (o) => accumulate([1], () => variable(1), o)],
  ['accuracy', 'ignore_index', (o) => accuracy(o)],
  ['f1', 'averaged', (o) => f1(o)],
  ['confusionMatrix', 'normalize', (o) => confusionMatrix(2, o)],
  ['perplexity', 'base', (o) => perplexity(o)],
  ['summary', 'batchSize', (o) => summary(model, o)],
  ['evaluate', 'metric', (o) => evaluate(model, [x], o)],
  ['gridSearch', 'cv', (o) => gridSearch({ a: [1] }, () => 1, o)],
]

test.each(misspelt)('%s has no option %s', async (name, option, call) => {
  const refused = expect((async () => call({ [option]: 1 } as never))()).rejects
  await refused.toBeInstanceOf(UnrollError)
  await refused.toThrow(new RegExp(`^${name}: has no option ${option}\\b`))
})

test('of options that are left out or undefined, none is missed', () => {
  expect(stepLR({ stepSize: 1, gamma: undefined })(1, 1)).toBeCloseTo(0.1)
  expect(() => stepLR(undefined as never)).toThrow(/^stepLR: stepSize is a positive integer, got undefined$/)
})
