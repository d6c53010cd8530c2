import { integer, number, type Rule } from '@unroll/example-kit'

/** What a run is trained with; settled when it begins. */
export interface Config {
  /** How many words of a mail are read. */
  words: number
  /** How many different words are known. */
  vocabulary: number
  /** The length of a word's vector. */
  embedding: number
  /** Units of the network in each direction. */
  hidden: number
  /** The probability that a word is not shown, in training. */
  dropout: number
  /** How much a spam weighs in the loss, next to a ham: above 1 more spam is found, and more ham is taken for spam. */
  spamWeight: number
  /** How often the mails are gone over, at most. */
  epochs: number
  /** Mails in a batch. */
  batch: number
  /** The learning rate. */
  lr: number
  seed: number
}

export const defaults: Config = {
  words: 200,
  vocabulary: 8000,
  embedding: 32,
  hidden: 48,
  dropout: 0.5,
  spamWeight: 1,
  epochs: 10,
  batch: 32,
  lr: 0.002,
  seed: 1,
}

export const rules: Record<keyof Config, Rule> = {
  words: integer(1, 10_000),
  vocabulary: integer(1, 1_000_000),
  embedding: integer(1, 1024),
  hidden: integer(1, 1024),
  dropout: number('a number from 0 up to but without 1', (p) => p >= 0 && p < 1),
  spamWeight: number('a number above 0', (weight) => weight > 0),
  epochs: integer(1, 10_000),
  batch: integer(1, 10_000),
  lr: number('a number above 0', (lr) => lr > 0),
  seed: integer(0, 2 ** 32 - 1),
}
