/**
 * What log-probabilities are divided by, so that long hypotheses are not at a loss: lp(n) = ((5 + n) / (5 + 1))^α for
 * n symbols (Wu et al. 2016, equation 14). α = 0 leaves them as they are.
 */
export function lengthPenalty(length: number, alpha: number): number {
  return ((5 + length) / 6) ** alpha
}

/**
 * The highest score that a hypothesis can come to when symbols are added: its log-probability can only fall, and the
 * penalty is largest or smallest at one end of the lengths that are left.
 */
export function bestScore(logProb: number, length: number, maxLength: number, alpha: number): number {
  return Math.max(logProb / lengthPenalty(length + 1, alpha), logProb / lengthPenalty(maxLength, alpha))
}
