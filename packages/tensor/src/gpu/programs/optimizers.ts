import { DeviceArray } from '../../kernels/elements.js'
import type { Kernels, Strided } from '../../kernels/kernels.js'
import { adagradRate, adamFactors } from '../../kernels/reference/optimizers.js'
import type {
  AdagradStep,
  AdamMoments,
  AdamStep,
  RmspropMoments,
  RmspropStep,
  SgdStep,
} from '../../kernels/training.js'
import type { Executor } from '../executor.js'
import { operandOf, rowMajorOperand } from '../operand.js'
import { columnSums } from './column-sums.js'
import { eachElement, type Factors, factorsOf } from './each-element.js'
import { assignTo } from './store.js'

/**
 * Steps in place. A program has one result, so a step has one for each thing that it changes; only then is any of them
 * changed. The texts depend on which moments there are and on nothing else: all numbers are factors, worked out in
 * float64 (such as 1 − β), for which the options are asked anew in each replay of a compiled step.
 */
export function optimizers(
  executor: Executor,
): Pick<Kernels<DeviceArray>, 'sgd' | 'adam' | 'rmsprop' | 'adagrad' | 'sumOfSquares'> {
  return {
    /**
     * g ← g + λ p
     * v ← μ v + (1 − τ) g
     * p ← p − lr · v        (Nesterov: p − lr · (g + μ v); without v: p − lr · g)
     */
    sgd(p: Strided, g: Strided, v: Strided | undefined, options: () => SgdStep) {
      const factors = factorsOf(executor, ['lr', 'penalty', 'momentum', 'taken', 'nesterov'], () => {
        const { lr, momentum, dampening, nesterov, weightDecay } = options()
        return { lr, penalty: weightDecay, momentum, taken: 1 - dampening, nesterov: nesterov ? 1 : 0 }
      })
      const next = elementsOf(executor, p, factors)
      if (!v) {
        assignTo(executor, p, next('sgd p', { p, g }, 'return p - lr * (g + penalty * p);'))
        return
      }
      const velocity = next('sgd v', { p, g, v }, 'return momentum * v + taken * (g + penalty * p);')
      const moved = next(
        'sgd p by v',
        { p, g, v: velocity },
        `let step = v;
        if (nesterov > 0) { step = g + penalty * p + momentum * v; }
        return p - lr * step;`,
      )
      assignTo(executor, v, velocity)
      assignTo(executor, p, moved)
    },

    /**
     * g ← g + λ p                          (decoupled: p ← p (1 − lr · λ))
     * m ← β₁ m + (1 − β₁) g,   v ← β₂ v + (1 − β₂) g²
     * p ← p − lr · m̂ / (√v̂ + ε),   m̂ = m / (1 − β₁ᵗ),  v̂ = v / (1 − β₂ᵗ), v the largest so far if that is kept
     *
     * (Kingma & Ba 2015, algorithm 1; Reddi et al. 2018 for the largest.)
     */
    adam(p: Strided, g: Strided, { m, v, largest }: AdamMoments, options: () => AdamStep) {
      const names = [
        'beta1',
        'rest1',
        'beta2',
        'rest2',
        'penalty',
        'decay',
        'stepSize',
        'correction',
        'eps',
      ] as const
      const factors = factorsOf(executor, names, () => {
        const now = options()
        const {
          betas: [beta1, beta2],
          eps,
        } = now
        const { penalty, keep, stepSize, correction } = adamFactors(now)
        // Of 1 − lr · λ, float32 would lose most of lr · λ.
        return {
          beta1,
          rest1: 1 - beta1,
          beta2,
          rest2: 1 - beta2,
          penalty,
          decay: 1 - keep,
          stepSize,
          correction,
          eps,
        }
      })
      const next = elementsOf(executor, p, factors)
      const mean = next('adam m', { p, g, m }, 'return beta1 * m + rest1 * (g + penalty * p);')
      const square = next(
        'adam v',
        { p, g, v },
        `const gradient = g + penalty * p;
        return beta2 * v + rest2 * gradient * gradient;`,
      )
      const most =
        largest && next('adam largest', { v: square, largest }, 'return v <= largest ? largest : v;')
      const moved = next(
        'adam p',
        { p, m: mean, v: most ?? square },
        'return p - (decay * p + stepSize * m / (Math.sqrt(v) * correction + eps));',
      )
      assignTo(executor, m, mean)
      assignTo(executor, v, square)
      if (largest && most) assignTo(executor, largest, most)
      assignTo(executor, p, moved)
    },

    /**
     * g ← g + λ p
     * v ← α v + (1 − α) g²
     * s = √v + ε                (with m: √(v − m²) + ε, m ← α m + (1 − α) g)
     * b ← μ b + g / s
     * p ← p − lr · b            (without b: p − lr · g / s)
     *
     * (Tieleman & Hinton 2012, lecture 6.5; Graves 2013, equations 38 to 41, for m.)
     */
    rmsprop(p: Strided, g: Strided, { v, m, b }: RmspropMoments, options: () => RmspropStep) {
      const factors = factorsOf(executor, ['lr', 'alpha', 'rest', 'eps', 'penalty', 'momentum'], () => {
        const { lr, alpha, eps, weightDecay, momentum } = options()
        return { lr, alpha, rest: 1 - alpha, eps, penalty: weightDecay, momentum }
      })
      const next = elementsOf(executor, p, factors)
      const square = next(
        'rmsprop v',
        { p, g, v },
        `const gradient = g + penalty * p;
        return alpha * v + rest * gradient * gradient;`,
      )
      const mean = m && next('rmsprop m', { p, g, m }, 'return alpha * m + rest * (g + penalty * p);')
      // The new v − m² out of the old, which is the same, but keeps its digits while they are near to each other.
      const variance = m
        ? `const away = gradient - m;
          const centered = alpha * (v - m * m) + alpha * rest * away * away;
          const variance = centered > 0 ? centered : 0;`
        : 'const variance = alpha * v + rest * gradient * gradient;'
      const step = next(
        'rmsprop step',
        { p, g, v, m },
        `const gradient = g + penalty * p;
        ${variance}
        return gradient / (Math.sqrt(variance) + eps);`,
      )
      const momentum = b && next('rmsprop b', { b, step }, 'return momentum * b + step;')
      const moved = next('rmsprop p', { p, step: momentum ?? step }, 'return p - lr * step;')
      assignTo(executor, v, square)
      if (m && mean) assignTo(executor, m, mean)
      if (b && momentum) assignTo(executor, b, momentum)
      assignTo(executor, p, moved)
    },

    /**
     * g ← g + λ p
     * s ← s + g²
     * p ← p − lr / (1 + (t − 1) η) · g / (√s + ε)
     *
     * (Duchi, Hazan & Singer 2011, with the diagonal of the matrix.)
     */
    adagrad(p: Strided, g: Strided, s: Strided, options: () => AdagradStep) {
      const factors = factorsOf(executor, ['rate', 'eps', 'penalty'], () => {
        const now = options()
        return { rate: adagradRate(now), eps: now.eps, penalty: now.weightDecay }
      })
      const next = elementsOf(executor, p, factors)
      const squares = next(
        'adagrad s',
        { p, g, s },
        `const gradient = g + penalty * p;
        return s + gradient * gradient;`,
      )
      const moved = next(
        'adagrad p',
        { p, g, s: squares },
        'return p - rate * (g + penalty * p) / (Math.sqrt(s) + eps);',
      )
      assignTo(executor, s, squares)
      assignTo(executor, p, moved)
    },

    /**
     * In float32, unlike on the host: beyond 3.4 · 10³⁸ it is Infinity (one element of 1.8 · 10¹⁹ is enough), and
     * squares of elements below 10⁻¹⁹ count as 0.
     */
    sumOfSquares(x: Strided) {
      const operand = operandOf(executor, x)
      return columnSums(executor, 'sumOfSquares', [operand], 1, ([v]) => `${v} * ${v}`, 'float32')
    },
  }
}

/** Computes the new elements of something of p's shape and dtype, from what is of that shape. */
function elementsOf(executor: Executor, p: Strided, factors: Factors) {
  return (
    name: string,
    operands: Readonly<Record<string, Strided | DeviceArray | undefined>>,
    text: string,
  ) => {
    const walked = Object.entries(operands).map(([x, operand]) => [
      x,
      operand instanceof DeviceArray
        ? rowMajorOperand(operand, p.shape)
        : operand && operandOf(executor, operand),
    ])
    return eachElement(executor, name, Object.fromEntries(walked), text, 'float32', factors)
  }
}
