/** The functions of a table as methods of their first operand: `f(x, …)` is `x.f(…)`. */
export type MethodsOf<Table> = { [Name in keyof Table]: Method<Table[Name]> }

type Method<F> = F extends (x: never, ...rest: infer Rest) => infer Result ? (...rest: Rest) => Result : never

/**
 * The class, with every function of the table as a method.
 *
 * Whoever makes an instance out of nothing should import the class from where this was called, so that a
 * bundler which keeps the instance keeps its methods.
 */
export function withMethods<Class extends { readonly prototype: object }>(
  type: Class,
  functions: Readonly<Record<string, (...operands: never[]) => unknown>>,
): Class {
  for (const [name, f] of Object.entries(functions)) {
    const method = function (this: unknown, ...rest: unknown[]) {
      return (f as (...operands: unknown[]) => unknown)(this, ...rest)
    }
    Object.defineProperty(type.prototype, name, { value: method, configurable: true, writable: true })
  }
  return type
}
