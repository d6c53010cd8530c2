import type { Workspace } from '@unroll/tensor'
import type { Module } from '../modules/module.js'

/**
 * The device memory of the steps of a model that is on one: what a step makes there is freed when it is over, and not
 * when the garbage is collected. The model's own tensors stay: parameters, their gradients, buffers and what `Stateful` layers
 * carry. On the host there is nothing to do.
 */
export class StepMemory {
  readonly #model: Module
  readonly #workspace: Workspace | undefined

  constructor(model: Module) {
    this.#model = model
    this.#workspace = model
      .parameters()
      .find(({ device }) => device)
      ?.device?.workspace?.()
  }

  /** Does a part of a step; there may be waiting in between. */
  run<T>(part: () => T): T {
    return this.#workspace ? this.#workspace.run(part) : part()
  }

  /** The step is over. */
  clear(): void {
    if (!this.#workspace) return
    const buffers = [...this.#model.modules()].flatMap((module) => [...module.buffers()])
    this.#workspace.clear([this.#model.parameters(), buffers])
  }
}
