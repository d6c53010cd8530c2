import type { Kernels, MapKernel, ZipKernel } from '../kernels.js'
import { copy, map, put, where, zip } from './elementwise.js'
import { comparisons, maps, zips } from './functions.js'
import { gather, scatterAdd } from './indexing.js'
import { argmax, argmin, cumsum, logSoftmax, softmax } from './last-axis.js'
import { matmul } from './matmul.js'
import { reductions } from './reductions.js'

/** The kernels as plain loops, written to be read: the truth that the fast ones are tested against. */
export const reference: Kernels = {
  name: 'reference',
  ...mapValues(maps, (f): MapKernel => map(f)),
  ...mapValues(zips, (f): ZipKernel => zip(f)),
  ...mapValues(comparisons, (f): ZipKernel => zip(f, 'bool')),
  ...reductions,
  copy,
  put,
  leakyRelu: (x, slope) => map((v) => (v > 0 ? v : slope * v))(x),
  elu: (x, alpha) => map((v) => (v > 0 ? v : alpha * Math.expm1(v)))(x),
  clamp: (x, low, high) => map((v) => Math.min(Math.max(v, low), high))(x),
  isFinite: map((v) => +Number.isFinite(v), 'bool'),
  where,
  argmax,
  argmin,
  cumsum,
  softmax,
  logSoftmax,
  matmul,
  gather,
  scatterAdd,
}

function mapValues<K extends string, V, W>(table: Record<K, V>, f: (value: V) => W): Record<K, W> {
  const entries = Object.entries(table) as [K, V][]
  return Object.fromEntries(entries.map(([name, value]) => [name, f(value)])) as Record<K, W>
}
