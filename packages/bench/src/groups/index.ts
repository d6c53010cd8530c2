import type { Group } from '../benchmark.js'
import { elementwise } from './elementwise.js'
import { matmul } from './matmul.js'
import { reduce } from './reduce.js'
import { steps } from './steps.js'
import { tape } from './tape.js'

/** Every group, in the order of the report. */
export const groups: readonly Group[] = [matmul, elementwise, reduce, tape, steps]
