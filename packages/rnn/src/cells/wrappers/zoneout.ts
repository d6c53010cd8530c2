import { add, mul, type Variable, where } from '@unroll/autograd'
import { checkNames, fail, kindOf, Random } from '@unroll/tensor'
import { checkProbability } from '../../modules/options.js'
import type { Cell } from '../cell.js'
import { mapState, type State } from '../state.js'
import { Wrapper } from './wrapper.js'

/** For each part of the state, the probability that a unit of it stays as it was. */
export type ZoneoutRates<S extends State> = { readonly [Part in keyof S]?: number }

/**
 * Zoneout (Krueger et al. 2017): in training, a random part of the state stays as it was at the step before; in
 * evaluation, all of it moves so much less:
 *
 *     s′ = m s + (1 − m) s̃,   s̃ the state that the cell within makes; m of ones with probability p, or m = p
 *
 * The paper's rates for an LSTM are { h: 0.05, c: 0.5 }. With each step another mask is drawn.
 */
export class Zoneout<S extends State> extends Wrapper<S> {
  readonly rates: ZoneoutRates<S>
  readonly rng: Random

  /** @throws UnrollError when a rate is not from 0 to 1 or of a part that the state has not, or there is no generator. */
  constructor(cell: Cell<S>, rates: ZoneoutRates<S>, options: { rng: Random }) {
    super(cell)
    checkNames('Zoneout', options, { rng: true })
    const { rng } = options ?? {}
    if (!(rng instanceof Random)) fail('Zoneout', 'wants { rng }, the generator that draws what stays')
    const names = Object.keys(cell.stateSizes)
    if (rates === null || typeof rates !== 'object' || Array.isArray(rates))
      fail(
        'Zoneout',
        `wants rates by the names of the state's parts, { ${names.join(', ')} }, got ${kindOf(rates)}`,
      )
    for (const [name, rate] of Object.entries(rates)) {
      if (!names.includes(name)) fail('Zoneout', `wants rates for ${names.join(', ')}, got one for ${name}`)
      if (rate !== undefined) checkProbability('Zoneout', rate as number)
    }
    this.rates = rates
    this.rng = rng
  }

  override get drawsFrom(): readonly Random[] {
    return [...super.drawsFrom, this.rng]
  }

  override advance(px: Variable, state: S): S {
    return mapState(super.advance(px, state), (part, name) => {
      const p = this.rates[name] ?? 0
      const former = state[name] as Variable
      if (p === 0) return part
      if (!this.training) return add(mul(former, p), mul(part, 1 - p))
      return where(this.rng.bernoulli(part.shape, p).cast('bool'), former, part)
    })
  }
}
