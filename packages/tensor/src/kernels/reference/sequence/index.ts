import type { SequenceKernel, SequenceName } from '../../sequence.js'
import { gru } from './gru.js'
import { lstm } from './lstm.js'
import { overSequence } from './over-sequence.js'
import { rnnRelu, rnnTanh } from './rnn.js'

export const sequences: Record<SequenceName, SequenceKernel> = {
  rnnTanh: overSequence(rnnTanh),
  rnnRelu: overSequence(rnnRelu),
  lstm: overSequence(lstm),
  gru: overSequence(gru),
}
