import { availableParallelism, cpus } from 'node:os'

/** Where and when something was measured. */
export interface Machine {
  /** ISO 8601 */
  readonly date: string
  readonly cpu: string
  readonly cores: number
  /** "v20.20.2" */
  readonly node: string
}

export function thisMachine(): Machine {
  return {
    date: new Date().toISOString(),
    cpu: cpus()[0]?.model.trim() ?? 'unknown CPU',
    cores: availableParallelism(),
    node: process.version,
  }
}

/** "2 × AMD EPYC, Node v20.20.2" */
export function describeMachine({ cpu, cores, node }: Machine): string {
  return `${cores} × ${cpu}, Node ${node}`
}
