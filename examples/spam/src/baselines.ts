import type { Vocabulary } from '@unroll/rnn'
import { Random } from '@unroll/tensor'
import { BagModel } from './bag-model.js'
import type { Mail } from './mails/corpus.js'
import { NaiveBayes } from './naive-bayes.js'
import type { Run } from './open-run.js'
import { logitsOf, scoreOf } from './score.js'
import { train } from './train.js'

/** A way to judge mails, and the log-odds of spam that it gives the test mails. */
export interface Judged {
  name: string
  logits: number[]
}

/** Baselines on the same mails, cut off at the same word and with the same vocabulary. None looks at the order of words. */
export async function judgeByBaselines(run: Run): Promise<{ judged: Judged[]; bayes: NaiveBayes }> {
  const { split, vocabulary, config } = run
  const bag = new BagModel(vocabulary.size, new Random(config.seed))
  await train(bag, split, { config: { ...config, ...bagSettings }, vocabulary, rng: bag.rng })
  const bayes = bestBayes(run)
  const judged = [
    { name: 'all is ham', logits: split.test.map(() => -1) },
    { name: 'naive Bayes', logits: bayesLogits(bayes, split.test, vocabulary) },
    {
      name: 'logistic regression',
      logits: logitsOf(
        bag,
        vocabulary,
        split.test.map(({ words }) => words),
      ),
    },
  ]
  return { judged, bayes }
}

/** Epochs are cheap, and it has none but one layer. */
const bagSettings = { epochs: 50, lr: 0.003 }

/** Naive Bayes with the α that does best on the validation mails: 1 (Laplace) smooths too much where words are many. */
function bestBayes({ split, vocabulary }: Run): NaiveBayes {
  const encoded = split.training.map(({ words }) => vocabulary.encode(words))
  const spam = split.training.map(({ spam }) => spam)
  const candidates = [1, 0.3, 0.1, 0.03, 0.01].map((alpha) => {
    const bayes = new NaiveBayes(encoded, spam, vocabulary.size, alpha)
    return { bayes, f1: scoreOf(bayesLogits(bayes, split.validation, vocabulary), split.validation).f1 }
  })
  return candidates.reduce((best, one) => (one.f1 > best.f1 ? one : best)).bayes
}

function bayesLogits(bayes: NaiveBayes, mails: readonly Mail[], vocabulary: Vocabulary): number[] {
  return mails.map(({ words }) => bayes.logit(vocabulary.encode(words)))
}
