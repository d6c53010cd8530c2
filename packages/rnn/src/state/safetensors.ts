import { readSafetensors, writeSafetensors } from '@unroll/tensor'
import type { Module } from '../modules/module.js'
import type { LoadOptions, LoadReport } from './load-state.js'

/**
 * The parameters of a module as the bytes of a .safetensors file, under PyTorch's keys: Python reads
 * it with `safetensors.torch.load`.
 */
export function saveSafetensors(module: Module, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  return writeSafetensors(module.stateDict(), { metadata })
}

/**
 * Sets the parameters of a module to those in the bytes of a .safetensors file.
 * @throws UnrollError when the file is broken, or does not fit (see `Module.loadStateDict`).
 */
export function loadSafetensors(module: Module, bytes: Uint8Array, options: LoadOptions = {}): LoadReport {
  return module.loadStateDict(readSafetensors(bytes).tensors, options)
}
