export { gradientNorms, type StepNorms } from './analysis/gradient-norms.js'
export type { SummaryInput } from './analysis/summary/input.js'
export {
  Summary,
  type SummaryMemory,
  type SummaryOptions,
  type SummaryRow,
  summary,
} from './analysis/summary/summary.js'
export { AdditiveAttention } from './attention/additive.js'
export { Attention, type Memory, type MemoryOptions, type Reading } from './attention/attention.js'
export { DotAttention, type DotAttentionOptions } from './attention/dot.js'
export { GeneralAttention } from './attention/general.js'
export type { Mask } from './attention/mask.js'
export {
  MultiheadAttention,
  type MultiheadAttentionOptions,
  type MultiheadOptions,
} from './attention/multihead.js'
export {
  type AttendOptions,
  type ScaledDotProductOptions,
  scaledDotProduct,
} from './attention/scaled-dot-product.js'
export { Cell } from './cells/cell.js'
export { type CellOptions, GatedCell } from './cells/gated-cell.js'
export { GRUCell, type GRUCellOptions } from './cells/gru-cell.js'
export { LSTMCell, type LSTMCellOptions, type LSTMState } from './cells/lstm-cell.js'
export { type Nonlinearity, RNNCell, type RNNCellOptions } from './cells/rnn-cell.js'
export type { State, StateSizes } from './cells/state.js'
export { LayerNormalized } from './cells/wrappers/layer-normalized.js'
export { Residual } from './cells/wrappers/residual.js'
export { VariationalDropout, type VariationalDropoutOptions } from './cells/wrappers/variational-dropout.js'
export { Wrapper } from './cells/wrappers/wrapper.js'
export { Zoneout, type ZoneoutRates } from './cells/wrappers/zoneout.js'
export { type Batches, type BatchesState, type BatchOptions, batches } from './data/batches.js'
export { type BucketOptions, bucketBatches } from './data/bucket-batches.js'
export type { Columns, Dataset } from './data/dataset.js'
export type { Indices } from './data/indices.js'
export { type Fold, kFold } from './data/k-fold.js'
export { type MinMaxOptions, MinMaxScaler, type MinMaxState } from './data/min-max-scaler.js'
export { type PadOptions, padSequences } from './data/pad-sequences.js'
export { randomSplit } from './data/random-split.js'
export type { PaddingOptions } from './data/real-steps.js'
export { Scaler } from './data/scaler.js'
export type { Sequence } from './data/sequence.js'
export {
  type SequenceBatch,
  type SequenceColumns,
  type SequencesOptions,
  sequences,
} from './data/sequences.js'
export { type GapOptions, splitInTime } from './data/split-in-time.js'
export { Standardizer, type StandardizerState } from './data/standardizer.js'
export type { Labels, ShuffleOptions } from './data/strata.js'
export { type Divisible, type Part, subset } from './data/subset.js'
export { type TimeSeriesFoldOptions, timeSeriesFolds } from './data/time-series-folds.js'
export {
  type EncodeOptions,
  type Special,
  Vocabulary,
  type VocabularyOptions,
  type VocabularyState,
} from './data/vocabulary.js'
export { type Steps, type WindowBatch, type WindowOptions, type Windows, windows } from './data/windows.js'
export { words } from './data/words.js'
export { type BeamSearchOptions, beamSearch, type Hypothesis } from './decoding/beam-search.js'
export { type CtcBeamSearchOptions, type CtcHypothesis, ctcBeamSearch } from './decoding/ctc-beam-search.js'
export { type CtcGreedyResult, ctcGreedy } from './decoding/ctc-greedy.js'
export { type Decoded, decode } from './decoding/decode.js'
export { type DecodeOptions, decodeSteps, type NextSymbol } from './decoding/decode-steps.js'
export { type LanguageModel, languageModel } from './decoding/language-model.js'
export type { Limits as DecodingLimits } from './decoding/limits.js'
export type { Rows, Start, Step as DecodingStep } from './decoding/step.js'
export { compile } from './inference/compile.js'
export { type SampleOptions, sample } from './inference/sample.js'
export type { Session } from './inference/session.js'
export type { Initializer } from './init/initializer.js'
export { normal } from './init/normal.js'
export { orthogonal } from './init/orthogonal.js'
export { uniform } from './init/uniform.js'
export { xavierNormal, xavierUniform } from './init/xavier.js'
export { Bidirectional } from './layers/bidirectional.js'
export { GRU, type GRUOptions } from './layers/gru.js'
export type { Lengths } from './layers/lengths.js'
export { LSTM, type LSTMOptions } from './layers/lstm.js'
export type { Merge } from './layers/merge.js'
export type { RecurrentOptions } from './layers/network-options.js'
export {
  type ForwardOptions,
  type LayerOptions,
  type Place,
  Recurrent,
  type Step,
} from './layers/recurrent.js'
export { RNN, type RNNOptions } from './layers/rnn.js'
export { Stateful } from './layers/stateful.js'
export { type BCEWithLogitsOptions, bceWithLogits } from './losses/bce-with-logits.js'
export type { ClassOptions } from './losses/classes.js'
export { type CrossEntropyOptions, crossEntropy } from './losses/cross-entropy.js'
export { type CtcOptions, ctc } from './losses/ctc.js'
export type { CtcInputOptions } from './losses/ctc-input.js'
export type { CtcTargets } from './losses/ctc-targets.js'
export { type HuberOptions, huber } from './losses/huber.js'
export { type KLDivOptions, klDiv } from './losses/kl-div.js'
export { l1 } from './losses/l1.js'
export { mse } from './losses/mse.js'
export { nll } from './losses/nll.js'
export type { LossOptions, Reduction } from './losses/reduction.js'
export { sequenceMask } from './losses/sequence-mask.js'
export { type SmoothL1Options, smoothL1 } from './losses/smooth-l1.js'
export type { LossWeight } from './losses/weight.js'
export { Dropout, dropout } from './modules/dropout.js'
export { Embedding, type EmbeddingOptions } from './modules/embedding.js'
export { LayerNorm, type LayerNormOptions } from './modules/layer-norm.js'
export { Linear, type LinearOptions, linear } from './modules/linear.js'
export { Module } from './modules/module.js'
export type { ParameterOptions } from './modules/options.js'
export { type Layer, Sequential } from './modules/sequential.js'
export { type AccumulateOptions, accumulate } from './optim/accumulate.js'
export { Adagrad, type AdagradOptions } from './optim/adagrad.js'
export { Adam, type AdamOptions } from './optim/adam.js'
export { AdamW } from './optim/adamw.js'
export { AMSGrad } from './optim/amsgrad.js'
export {
  type ClipGradNormOptions,
  type ClipGroup,
  clipGradNorm,
  clipGradNormPerGroup,
  clipGradValue,
} from './optim/clip.js'
export { type ClipGradAdaptiveOptions, clipGradAdaptive } from './optim/clip-adaptive.js'
export { Optimizer, type OptimizerOptions } from './optim/optimizer.js'
export { type OptionRule, type OptionRules, type OptionValue, option } from './optim/option-rules.js'
export type { GroupOptions, ParameterGroup, Trainable } from './optim/parameter-group.js'
export { RMSprop, type RMSpropOptions } from './optim/rmsprop.js'
export { type CosineAnnealingLROptions, cosineAnnealingLR } from './optim/schedules/cosine-annealing-lr.js'
export {
  type CosineAnnealingWarmRestartsOptions,
  cosineAnnealingWarmRestarts,
} from './optim/schedules/cosine-annealing-warm-restarts.js'
export { type ExponentialLROptions, exponentialLR } from './optim/schedules/exponential-lr.js'
export { type LinearLROptions, linearLR } from './optim/schedules/linear-lr.js'
export { LRSchedule, type LRScheduleOptions } from './optim/schedules/lr-schedule.js'
export { type MultiStepLROptions, multiStepLR } from './optim/schedules/multi-step-lr.js'
export {
  type OneCycleMomentumOptions,
  type OneCycleOptions,
  oneCycle,
  oneCycleMomentum,
} from './optim/schedules/one-cycle.js'
export { OneCycleLR, type OneCycleLROptions } from './optim/schedules/one-cycle-lr.js'
export { type PolynomialLROptions, polynomialLR } from './optim/schedules/polynomial-lr.js'
export { ReduceLROnPlateau, type ReduceLROnPlateauOptions } from './optim/schedules/reduce-lr-on-plateau.js'
export type { Rate, Schedule, ScheduleState } from './optim/schedules/schedule.js'
export { sequentialLR } from './optim/schedules/sequential-lr.js'
export { type StepLROptions, stepLR } from './optim/schedules/step-lr.js'
export { type WarmupOptions, warmup } from './optim/schedules/warmup.js'
export { SGD, type SGDOptions } from './optim/sgd.js'
export { type SlotNames, Slots } from './optim/slots.js'
export { AttentionDecoder, type AttentionDecoderParts } from './seq2seq/attention-decoder.js'
export { BahdanauDecoder } from './seq2seq/bahdanau-decoder.js'
export { Bridge } from './seq2seq/bridge.js'
export {
  Decoder,
  type DecoderOutput,
  type DecoderParts,
  type DecoderState,
  type RunLayer,
} from './seq2seq/decoder.js'
export { Encoder } from './seq2seq/encoder.js'
export { LuongDecoder, type LuongDecoderParts } from './seq2seq/luong-decoder.js'
export { RecurrentDecoder } from './seq2seq/recurrent-decoder.js'
export type { FeedbackOptions } from './seq2seq/scheduled-sampling.js'
export { Seq2Seq, type Seq2SeqForwardOptions, type Seq2SeqOptions } from './seq2seq/seq2seq.js'
export { exponentialDecay, inverseSigmoidDecay, linearDecay } from './seq2seq/teacher-forcing.js'
export { fetchState } from './state/device.js'
export type { LoadOptions, LoadReport } from './state/load-state.js'
export { loadSafetensors, saveSafetensors } from './state/safetensors.js'
export type { Callbacks } from './training/callbacks.js'
export {
  type CheckpointContents,
  loadCheckpoint,
  type Notes,
  readCheckpoint,
  saveCheckpoint,
} from './training/checkpoint/checkpoint.js'
export { type EvaluateOptions, evaluate, type Source } from './training/evaluate.js'
export { fit } from './training/fit.js'
export type { FitData, FitOptions, FitResult } from './training/fit-options.js'
export { type AccuracyOptions, accuracy } from './training/metrics/accuracy.js'
export type { ClassMetricOptions } from './training/metrics/classes.js'
export { ConfusionMatrix, confusionMatrix } from './training/metrics/confusion-matrix.js'
export { f1 } from './training/metrics/f1.js'
export type { HitOptions, Hits } from './training/metrics/hits.js'
export { mae } from './training/metrics/mae.js'
export type { Sum } from './training/metrics/mean.js'
export { Meter, type Metric, type Seen } from './training/metrics/metric.js'
export { perplexity } from './training/metrics/perplexity.js'
export { precision } from './training/metrics/precision.js'
export { recall } from './training/metrics/recall.js'
export { rmse } from './training/metrics/rmse.js'
export type { EarlyStopping, Monitor } from './training/monitor.js'
export type { LossFunction, Outcome } from './training/outcome.js'
export type { Positioned } from './training/positioned.js'
export { printProgress } from './training/print-progress.js'
export type { Progress } from './training/progress.js'
export {
  type GridSearchOptions,
  type GridSearchResult,
  gridSearch,
  type SearchProgress,
} from './training/search/grid-search.js'
export type { Ranked } from './training/search/ranking.js'
export type { Setting, Space } from './training/search/space.js'
export type { Trial, TrialContext, TrialFunction } from './training/search/trial.js'
export type { Clip } from './training/step.js'
export type { Evaluation, Metrics, PlainFigures, Tally } from './training/tally.js'
export {
  type EpochRecord,
  type TrainingOptimizer,
  TrainingRun,
  type TrainingRunOptions,
} from './training/training-run.js'
