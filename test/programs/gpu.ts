// What someone who installs @unroll/tensor and gpu.js might write.
import { type Tensor, tensor } from '@unroll/tensor'
import { gpuKernels } from '@unroll/tensor/gpu'
import { GPU } from 'gpu.js'

const gpu = await gpuKernels(GPU, { mode: 'cpu' })
console.log(await tensor([1, 2]).to(gpu).mul(2).read())
const twice = gpu.compile((x: Tensor) => x.add(x))
console.log((await twice(tensor([3, 4]))).toArray())
await gpu.destroy()
