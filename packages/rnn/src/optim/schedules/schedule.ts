/** Changes the learning rates of an optimiser as training goes on. */
export interface Schedule {
  /**
   * To be called after `optimizer.step()`, or once an epoch, whichever it counts. In a step that is compiled, it is to be done in every replay.
   * @param metric what `ReduceLROnPlateau` goes by; the others need none.
   */
  step(metric?: number): void
  /** All it takes to go on later, as plain data for JSON. */
  stateDict(): ScheduleState
  /** @throws UnrollError when the state does not fit; nothing is then changed. */
  loadStateDict(state: ScheduleState): void
}

export type ScheduleState = Readonly<Record<string, number | null | readonly number[]>>

/**
 * A learning rate as a formula.
 * @param base the learning rate of the group when the schedule began.
 * @param t the number of steps of the schedule so far, from 0.
 */
export type Rate = (base: number, t: number) => number
