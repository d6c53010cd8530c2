import * as F from '@unroll/autograd'
import fc from 'fast-check'
import { type Cases, casesOf } from './common.js'

const clearOfZero = { awayFrom: [0] }
const positive = { min: 0.25 }

export const elementwise = {
  neg: casesOf(F.neg),
  abs: casesOf(F.abs, clearOfZero),
  sign: casesOf(F.sign, clearOfZero),
  square: casesOf(F.square),
  reciprocal: casesOf(F.reciprocal, { awayFrom: [0], clearance: 0.25 }),
  sqrt: casesOf(F.sqrt, positive),
  rsqrt: casesOf(F.rsqrt, positive),
  exp: casesOf(F.exp),
  expm1: casesOf(F.expm1),
  log: casesOf(F.log, positive),
  log1p: casesOf(F.log1p, { min: -0.75 }),
  sin: casesOf(F.sin),
  cos: casesOf(F.cos),
  erf: casesOf(F.erf),
  tanh: casesOf(F.tanh),
  sigmoid: casesOf(F.sigmoid),
  softplus: casesOf(F.softplus),
  silu: casesOf(F.silu),
  relu: casesOf(F.relu, clearOfZero),
  leakyRelu: fc.oneof(
    casesOf((x) => F.leakyRelu(x), clearOfZero),
    casesOf((x) => F.leakyRelu(x, 0.25), clearOfZero),
  ),
  elu: fc.oneof(
    casesOf((x) => F.elu(x), clearOfZero),
    casesOf((x) => F.elu(x, 0.5), clearOfZero),
  ),
  gelu: fc.oneof(
    casesOf((x) => F.gelu(x)),
    casesOf((x) => F.gelu(x, 'tanh')),
  ),
  clamp: fc.oneof(
    casesOf((x) => F.clamp(x, -1, 2), { awayFrom: [-1, 2] }),
    casesOf((x) => F.clamp(x, 0.5), { awayFrom: [0.5] }),
    casesOf((x) => F.clamp(x, undefined, 0.5), { awayFrom: [0.5] }),
  ),
} satisfies Record<string, Cases>
