import { add, matmul, Random, type Tensor, tanh } from '@unroll/tensor'
import type { GpuKernels } from '@unroll/tensor/gpu'
import type { Sizes } from './sizes.js'
import type { Way, Work } from './way.js'

/** Single ops. On a device, operands and results stay there; the time is that until all is done. */
export function operations({ matmul: squares, elements }: Sizes): Work[] {
  const many = elements.toLocaleString('en')
  const vectors = () => {
    const rng = new Random(1)
    return [rng.normal([elements]), rng.normal([elements])]
  }
  return [
    ...squares.map((n) =>
      operation(
        `matmul-${n}`,
        `matmul ${n} × ${n} × ${n}`,
        () => {
          const rng = new Random(1)
          return [rng.normal([n, n]), rng.normal([n, n])]
        },
        ([a, b]) => matmul(a, b),
        n > 256,
      ),
    ),
    operation('elementwise-add', `add of ${many} elements`, vectors, ([x, y]) => add(x, y)),
    operation('elementwise-tanh', `tanh of ${many} elements`, vectors, ([x]) => tanh(x)),
    operation('elementwise-chain', `10 element-wise ops on ${many} elements`, vectors, tenOps),
    {
      name: 'transfer',
      title: `${many} elements there and back`,
      isLarge: false,
      ways: (gpu) => [transfer(gpu, vectors()[0])],
    },
  ]
}

/** A piece of what a gated cell does: 10 ops. */
function tenOps([x, y]: Tensor[]): Tensor {
  const gate = x.mul(0.5).add(y).sigmoid()
  const c = gate.mul(y).add(gate.neg().add(1).mul(x))
  return c.tanh().mul(gate)
}

function operation(
  name: string,
  title: string,
  operands: () => Tensor[],
  op: (operands: Tensor[]) => Tensor,
  isLarge = false,
): Work {
  return {
    name,
    title,
    isLarge,
    ways: (gpu) => {
      const host = operands()
      const there = host.map((x) => x.to(gpu))
      return [
        {
          name: 'wasm',
          least: 1,
          async run(times) {
            for (let i = 0; i < times; i++) kept = op(host)
          },
        },
        {
          name: 'eager',
          least: 1,
          async run(times) {
            for (let i = 0; i < times; i++) gpu.scope(() => void op(there))
            await gpu.settle()
          },
        },
      ]
    },
  }
}

function transfer(gpu: GpuKernels, x: Tensor): Way {
  return {
    name: 'eager',
    least: 1,
    async run(times) {
      for (let i = 0; i < times; i++) {
        let reading: Promise<unknown> | undefined
        gpu.scope(() => {
          reading = x.to(gpu).read()
        })
        await reading
      }
    },
  }
}

/** The last result: reachable from outside, so that computing it cannot be optimised away. */
export let kept: unknown
