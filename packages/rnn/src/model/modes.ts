import type { Module } from '../modules/module.js'

/** Remembers which parts of a model are in training mode; the function that it gives puts that back. */
export function rememberModes(model: Module): () => void {
  const modes = [...model.modules()].map((module) => [module, module.training] as const)
  return () => {
    for (const [module, training] of modes) module.training = training
  }
}
