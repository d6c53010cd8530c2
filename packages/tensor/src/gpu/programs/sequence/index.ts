import type { DeviceArray } from '../../../kernels/elements.js'
import type { SequenceKernel, SequenceName } from '../../../kernels/sequence.js'
import type { Executor } from '../../executor.js'
import { gru } from './gru.js'
import { lstm } from './lstm.js'
import { overSequence } from './over-sequence.js'
import { rnnRelu, rnnTanh } from './rnn.js'

export function sequences(executor: Executor): Record<SequenceName, SequenceKernel<DeviceArray>> {
  return {
    rnnTanh: overSequence(executor, rnnTanh),
    rnnRelu: overSequence(executor, rnnRelu),
    lstm: overSequence(executor, lstm),
    gru: overSequence(executor, gru),
  }
}
