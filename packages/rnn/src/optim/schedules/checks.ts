import { fail, kindOf } from '@unroll/tensor'
import type { ScheduleState } from './schedule.js'

/** Checks that a state has these entries and no others. */
export function checkState(op: string, state: ScheduleState, names: readonly string[]): ScheduleState {
  if (typeof state !== 'object' || state === null)
    fail(op, `wants a state, as stateDict() gives it, got ${kindOf(state)}`)
  const got = Object.keys(state)
  if ([...got].sort().join() !== [...names].sort().join())
    fail(op, `wants a state with ${names.join(', ')}; got one with ${got.join(', ') || 'nothing'}`)
  return state
}
