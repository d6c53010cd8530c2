import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { filesUnder } from './workspace.js'

export interface Import {
  /** The path of the file that imports. */
  readonly file: string
  readonly specifier: string
}

/** Every import and re-export in the TypeScript files below a directory, by what stands after `from`. */
export function importsUnder(directory: string): Import[] {
  return filesUnder(directory)
    .filter((path) => path.endsWith('.ts'))
    .map((path) => join(directory, path))
    .flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(imports)].map((match) => ({
        file,
        specifier: match[1] ?? match[2] ?? match[3],
      })),
    )
}

// `import … from 'x'` and `export … from 'x'`, on one line or several; `import 'x'`; `import('x')`
const imports = /^(?:import|export)\b[^'"`;]*?\bfrom\s*'([^']+)'|^import\s*'([^']+)'|\bimport\(\s*'([^']+)'/gm
