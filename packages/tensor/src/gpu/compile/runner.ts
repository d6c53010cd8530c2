import type { Plan } from './plan.js'
import type { Beginning, Ending } from './replay.js'

/** Runs the steps of a plan, some of them in one go, as often as one likes. */
export interface Runner {
  /** What it makes ready for a number of steps it keeps for the next time that it is as many. */
  run(begin: Beginning<Float32Array>): Promise<Ending<Float32Array>>
  /** How it is done: what gives the programs to the device. Undefined before the first run. */
  readonly how: string | undefined
  destroy(): Promise<void>
}

export type MakeRunner = (plan: Plan) => Runner
