import { Linear, loadSafetensors } from '@unroll/rnn'
import { Random } from '@unroll/tensor'
import { expectRefusals, wrong } from '../support/refusals.js'

const linear = new Linear(3, 4, { rng: new Random(1) })

expectRefusals([
  [
    'bytes as a state dict',
    () => linear.loadStateDict(wrong(new Uint8Array(100))),
    /^loadStateDict: wants tensors by key, as stateDict\(\) gives them, got Uint8Array$/,
  ],
  [
    'no state dict',
    () => linear.loadStateDict(wrong(null)),
    /^loadStateDict: wants tensors by key, .* got null$/,
  ],
  [
    'a whole file as a state dict',
    () => linear.loadStateDict(wrong({ tensors: {}, metadata: {} })),
    /^loadStateDict: .*Linear; nothing was loaded\n {2}missing: weight, bias\n {2}unexpected: tensors, metadata$/,
  ],
  ['a file that is none', () => loadSafetensors(linear, new Uint8Array(3)), /^readSafetensors: /],
])
