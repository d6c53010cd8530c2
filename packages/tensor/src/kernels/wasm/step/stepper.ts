import type { Strided } from '../../kernels.js'
import { reference } from '../../reference/index.js'
import type { Stage, Stepper } from '../../stepper.js'
import { type Engine, startEngine } from '../engine.js'
import { Plan, type Value } from './plan.js'

/**
 * The stages in an engine of their own, whose memory holds the weights, the states and all that is in between; the
 * garbage collector takes it when it takes the stepper.
 */
export function stepper(stages: readonly Stage[]): Stepper {
  const engine = stages.every(isFloat32) ? startEngine(false) : undefined
  return engine ? prepare(engine, stages) : reference.stepper(stages)
}

function prepare(engine: Engine, stages: readonly Stage[]): Stepper {
  const plan = new Plan(engine)
  const states: Value[][] = []
  const input = plan.input(stages[0])
  let value = input
  for (const stage of stages) {
    if (stage.kind === 'lookup') continue // the input is the table
    if (stage.kind === 'linear') value = plan.affine(value, stage.weight, 1, [stage.bias])
    else {
      const state = plan.recurrent(value, stage)
      states.push(state)
      value = state[0]
    }
  }
  const output = plan.vectorOf(value)

  const { runs } = plan
  const { f32 } = engine // only now, when all is reserved: it is another when memory has grown
  const view = ({ pointer, length }: Value) => f32.subarray(pointer >> 2, (pointer >> 2) + length)
  const result = view(output)
  return {
    states: states.map((state) => state.map(view)),
    step(x) {
      if (typeof x !== 'number') f32.set(x, input.pointer >> 2)
      const index = typeof x === 'number' ? x : 0
      for (const run of runs) run(index)
      return result
    },
  }
}

function isFloat32(stage: Stage): boolean {
  const weights = Object.values(stage).filter((value): value is Strided => typeof value === 'object')
  return weights.every(({ storage }) => storage.data instanceof Float32Array)
}
