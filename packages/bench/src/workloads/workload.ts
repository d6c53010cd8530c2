/** A sequence model: embedding (or plain numbers) → recurrent layers → a linear layer at every time step. */
export interface Model {
  readonly cell: 'rnn' | 'lstm' | 'gru'
  readonly layers: number
  /** Symbols that go in and come out; undefined: numbers go in, and one number comes out. */
  readonly vocabulary?: number
  /** The width of the embedding, or the numbers that go in at a time step. */
  readonly features: number
  readonly hidden: number
  /** Checkpoints through time, so many steps apart; ours alone has them. */
  readonly checkpointEvery?: number
}

/**
 * Forward, backward, clipping by norm and Adam. The loss is the mean over all time steps: cross-entropy
 * where there is a vocabulary, and else the squared error.
 */
export interface Training {
  readonly kind: 'train'
  readonly model: Model
  /** Batch and time steps. */
  readonly B: number
  readonly T: number
}

/** The logits alone, of the whole batch. */
export interface Forward extends Omit<Training, 'kind'> {
  readonly kind: 'forward'
}

/** Symbols drawn one at a time, each from what the model says after the one before; batch 1. */
export interface Generation {
  readonly kind: 'generate'
  readonly model: Model
  /** Symbols in one timed step. */
  readonly length: number
}

/** The product of a matrix [m, k] and a matrix [k, n]. */
export interface Product {
  readonly kind: 'matmul'
  readonly m: number
  readonly k: number
  readonly n: number
  /** Products in one timed step. */
  readonly repeats: number
}

export type Workload = Training | Forward | Generation | Product

/** What all contestants are measured by. The sizes are settled: so figures of one day compare with another's. */
export const workloads: Readonly<Record<string, { title: string; workload: Workload }>> = {
  W1: { title: 'char LSTM, training step', workload: train(characters('lstm'), 32, 64) },
  W2: { title: 'char GRU, training step', workload: train(characters('gru'), 32, 64) },
  W3: { title: 'char tanh RNN, training step', workload: train(characters('rnn'), 32, 64) },
  W4: {
    title: 'small LSTM, training step',
    workload: train({ cell: 'lstm', layers: 1, features: 8, hidden: 32 }, 8, 32),
  },
  W5: {
    title: 'large LSTM, training step',
    workload: train({ cell: 'lstm', layers: 2, vocabulary: 65, features: 128, hidden: 512 }, 32, 64),
  },
  W1f: {
    title: 'char LSTM, forward alone',
    workload: { kind: 'forward', model: characters('lstm'), B: 32, T: 64 },
  },
  W6: {
    title: 'generation, H 128',
    workload: { kind: 'generate', model: characters('lstm'), length: 500 },
  },
  W6L: {
    title: 'generation, H 512',
    workload: { kind: 'generate', model: { ...characters('lstm'), hidden: 512 }, length: 100 },
  },
  W7a: { title: 'matmul 256³', workload: product(256, 256, 256, 10) },
  W7b: { title: 'matmul 32 × 192 × 512', workload: product(32, 192, 512, 50) },
  W7c: { title: 'matmul 1024³', workload: product(1024, 1024, 1024, 1) },
}

function characters(cell: Model['cell']): Model {
  return { cell, layers: 1, vocabulary: 65, features: 64, hidden: 128 }
}

function train(model: Model, B: number, T: number): Training {
  return { kind: 'train', model, B, T }
}

function product(m: number, k: number, n: number, repeats: number): Product {
  return { kind: 'matmul', m, k, n, repeats }
}

/** The sizes, for a reader. */
export function describe(workload: Workload): string {
  if (workload.kind === 'matmul') return `${workload.m} × ${workload.k} × ${workload.n}`
  const { layers, vocabulary, features, hidden } = workload.model
  const model = [
    vocabulary ? `vocabulary ${vocabulary}, embedding ${features}` : `I ${features}`,
    `H ${hidden}${layers > 1 ? ` × ${layers} layers` : ''}`,
  ]
  if (workload.kind === 'generate') return [...model, 'batch 1'].join(', ')
  return [...model, `T ${workload.T}`, `B ${workload.B}`].join(', ')
}
