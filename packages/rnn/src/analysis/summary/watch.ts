import { type Variable, variable } from '@unroll/autograd'
import { zeros } from '@unroll/tensor'
import { Module } from '../../modules/module.js'
import { namedFields } from '../../modules/named-fields.js'
import { Sequential } from '../../modules/sequential.js'
import { variablesIn } from './tape.js'

/** A module that was run. */
export interface Watched {
  readonly name: string
  readonly module: Module
  /** How many of the others it stands in. */
  readonly depth: number
  calls: number
  /** Of the last call. */
  outputs: Variable[]
  /** In it, and not in a module within that was run. */
  multiplyAdds: number
  /** Of each call, the numbers of the tape's entries: from the first to the one after the last. */
  readonly spans: [begin: number, end: number][]
}

/**
 * Takes the place of the `forward` of every module of a model, until the end: it calls the module's own, and takes
 * down what that gave and did. At the end it gives those that were run, and the model in any case, in the order of the fields.
 */
export function watchForward(model: Module, counter: () => number): { end(): Watched[] } {
  const outermost = { inner: 0 }
  const within = [outermost]
  const former = new Map<Module, PropertyDescriptor | undefined>()
  const all = placed(model).map(({ module, name }) => {
    const watched: Watched = { name, module, depth: 0, calls: 0, outputs: [], multiplyAdds: 0, spans: [] }
    const { forward } = module as { forward?: (...args: unknown[]) => unknown }
    if (typeof forward !== 'function') return watched
    const watching = (...args: unknown[]) => {
      const [begin, before] = [nextNumber(), counter()]
      const frame = { inner: 0 }
      within.push(frame)
      const result = forward.apply(module, args)
      within.pop()
      const done = counter() - before
      within[within.length - 1].inner += done
      watched.calls++
      watched.multiplyAdds += done - frame.inner
      watched.spans.push([begin, nextNumber()])
      watched.outputs = variablesIn(result)
      return result
    }
    former.set(module, Object.getOwnPropertyDescriptor(module, 'forward'))
    Object.defineProperty(module, 'forward', { value: watching, configurable: true, writable: true })
    return watched
  })
  return {
    end() {
      for (const [module, own] of former)
        if (own) Object.defineProperty(module, 'forward', own)
        else Reflect.deleteProperty(module, 'forward')
      all[0].multiplyAdds += counter() - outermost.inner // what was done outside of every forward
      const run = all.filter(({ calls, module }) => calls > 0 || module === model)
      const around = ({ name }: Watched) =>
        run.filter((outer) => outer.name !== name && `${name}.`.startsWith(outer.name && `${outer.name}.`))
      return run.map((watched) => ({ ...watched, depth: around(watched).length }))
    },
  }
}

/** Every module of a model, each once, with the fields that lead to it. */
function placed(module: Module, name = '', seen = new Set<Module>()): Pick<Watched, 'name' | 'module'>[] {
  if (seen.has(module)) return []
  seen.add(module)
  const fields = namedFields(module, (value): value is Module => value instanceof Module)
  const inside = fields.flatMap(([field, part]) => {
    const key = module instanceof Sequential ? field.replace('layers.', '') : field // as in its keys
    return placed(part, name ? `${name}.${key}` : key, seen)
  })
  return [{ name, module }, ...inside]
}

/** The number that the next entry of the tape gets. */
function nextNumber(): number {
  return (variable(zeros([]), { requiresGrad: true }).edge?.entry.number ?? 0) + 1
}
