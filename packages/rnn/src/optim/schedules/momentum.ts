import { fail } from '@unroll/tensor'

/** Sets the momentum of a group, or β₁ where it has betas. @throws UnrollError when it has neither. */
export function setMomentum(op: string, group: object, momentum: number): void {
  if ('momentum' in group) group.momentum = momentum
  else if ('betas' in group && Array.isArray(group.betas)) group.betas = [momentum, group.betas[1]]
  else fail(op, 'the optimiser has no momentum to set (leave it alone by cycleMomentum: false)')
}
