/**
 * Multinomial naive Bayes (Manning, Raghavan & Schütze 2008, section 13.2): it takes the words of a mail for drawn one by one,
 * without regard to each other, from a bag of spam's words or from one of ham's.
 *
 *     log-odds of spam = log(n_spam / n_ham) + Σ_w log(P(w | spam) / P(w | ham))
 *     P(w | c) = (n_cw + α) / (n_c + α V)
 *
 * n_cw counts how often word w stands in mails of class c; V is how many different words there are.
 */
export class NaiveBayes {
  /** For each word, what it adds to the log-odds. */
  readonly weights: Float64Array
  readonly prior: number

  /** Counts mails, each as the indices (0 … V − 1) of its words. */
  constructor(
    mails: readonly ArrayLike<number>[],
    spam: readonly boolean[],
    vocabularySize: number,
    alpha: number,
  ) {
    const counts = { spam: new Float64Array(vocabularySize), ham: new Float64Array(vocabularySize) }
    mails.forEach((words, i) => {
      const count = spam[i] ? counts.spam : counts.ham
      for (let t = 0; t < words.length; t++) count[words[t]]++
    })
    const logProbability = (count: Float64Array) => {
      const total = count.reduce((sum, n) => sum + n, 0)
      return count.map((n) => Math.log((n + alpha) / (total + alpha * vocabularySize)))
    }
    const ham = logProbability(counts.ham)
    this.weights = logProbability(counts.spam).map((p, w) => p - ham[w])
    const spamMails = spam.filter(Boolean).length
    this.prior = Math.log(spamMails / (spam.length - spamMails))
  }

  /** The log-odds of spam. */
  logit(words: ArrayLike<number>): number {
    let sum = this.prior
    for (let t = 0; t < words.length; t++) sum += this.weights[words[t]]
    return sum
  }
}
