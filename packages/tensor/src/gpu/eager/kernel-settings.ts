import type { FunctionText, KernelSettings } from '../gpu-js.js'
import { functionTexts } from '../programs/functions.js'

/** What all kernels have in common, with the functions that this one calls: gpu.js would look into every one that it is given. */
export function kernelSettings(source: string, size: number): KernelSettings {
  return {
    output: [size],
    precision: 'single',
    tactic: 'precision',
    // Where a quotient has to be exact, the programs see to it, in every mode.
    fixIntegerDivisionAccuracy: false,
    functions: calledBy(source),
  }
}

const byName = new Map(functionTexts.map((f) => [/function (\w+)/.exec(f.source)?.[1] as string, f]))

/**
 * The functions that a text calls, those that these call, and so on.
 *
 * GLSL wants a function before those that call it, and gpu.js puts them in that order as long as a function that calls
 * others is called by one alone. So each caller has its own, by another name; those that call none are shared.
 */
function calledBy(source: string): FunctionText[] {
  const texts = new Map<string, FunctionText>()
  const add = (name: string, f: FunctionText, as: string) => {
    if (texts.has(as)) return
    const own = f.source.replaceAll(calls, (called) => {
      const other = byName.get(called)
      if (called === name) return as
      if (!other) return called
      const otherAs = isLeaf(called, other) ? called : `${called}Of${as}`
      add(called, other, otherAs)
      return otherAs
    })
    texts.set(as, { ...f, source: own })
  }
  for (const [name] of source.matchAll(calls)) {
    const f = byName.get(name)
    if (f) add(name, f, name)
  }
  return [...texts.values()]
}

const calls = /\bunroll\w+(?=\()/g

function isLeaf(name: string, { source }: FunctionText): boolean {
  return [...source.matchAll(calls)].every(([called]) => called === name)
}
