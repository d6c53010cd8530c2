import { existsSync, renameSync } from 'node:fs'

/** Moves the checkpoint of a former run aside, so that a new run does not take its place. Gives the new name, if there was one to move. */
export function keepFormer(path: string): string | undefined {
  if (!existsSync(path)) return undefined
  const aside = (n: number) => path.replace(/(\.\w+)$/, `-${n}$1`)
  let n = 1
  while (existsSync(aside(n))) n++
  renameSync(path, aside(n))
  return aside(n)
}
