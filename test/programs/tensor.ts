// What someone who installs @unroll/tensor alone might write.
import { matmul, Random, readSafetensors, tensor, writeSafetensors } from '@unroll/tensor'

const x = new Random(1).normal([3, 4])
const y = matmul(x, x.transpose()).softmax()
const { tensors } = readSafetensors(writeSafetensors({ y }))

console.log(tensor([1, 2]).add(1).toArray())
console.log(tensors.y.sum(-1).sub(1).abs().max().item() < 1e-6)
