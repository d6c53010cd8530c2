import { ones, UnrollError } from '@unroll/tensor'
import { GPU } from 'gpu.js'
import { describe, expect, test } from 'vitest'
import { chooseMode } from '../../src/gpu/choose-mode.js'
import { Session } from '../../src/gpu/eager/session.js'
import type { GpuJs } from '../../src/gpu/gpu-js.js'
import type { Program } from '../../src/gpu/program.js'
import { modes, open } from '../gpu/modes.js'

/** y[i] = x[i] + 1, or what `text` says. */
function program(name: string, text = 'return x[this.thread.x] + 1;'): Program {
  return { name, key: text, size: 2, source: () => `function (x) { ${text} }` }
}

describe.each(modes)('%s', (mode) => {
  // Op errors of WebGPU come later: they are told by the reading.
  const answersLater = mode === 'webgpu'

  test.each([
    ['a text that gpu.js does not take', 'return (((;'],
    ['a text with a name that there is not', 'return x[this.thread.x] + nobody;'],
  ])('%s is an error that names the op, and nothing else fails', async (_, text) => {
    const { device } = await chooseMode(GPU as unknown as GpuJs, mode)
    const kernels = await open('cpu')
    const session = new Session(device, 10, () => kernels)
    const x = session.upload('to', Float32Array.of(1, 2))
    const bad = () => session.run(program('badOp', text), [x], 'float32')
    const message = new RegExp(`^badOp: fails on gpu \\(${mode}\\): `)
    if (answersLater) {
      const y = bad()
      const z = session.run(program('next'), [y], 'float32')
      await expect(z.read()).rejects.toThrow(message)
      await expect(y.read()).rejects.toThrow(message)
      expect(() => session.run(program('next'), [y], 'float32')).toThrow(message)
      bad()
      await expect(x.read()).rejects.toThrow(message) // nobody has been told of the second
      const third = bad()
      await device.order.settled()
      expect(() => session.run(program('next'), [third], 'float32')).toThrow(message)
      expect(await x.read()).toEqual(Float32Array.of(1, 2)) // of the third somebody has
    } else {
      expect(bad).toThrow(message)
      expect(bad).toThrow(UnrollError)
    }
    await session.settle()
    expect(await session.run(program('goodOp'), [x], 'float32').read()).toEqual(Float32Array.of(2, 3))
    // goodOp; where memory is not the host's, the upload and two ways back (settle has one of its own); later next, which never ran.
    const kept = { webgpu: 5, webgl2: 4, webasm: 1, cpu: 1 }
    expect(session.cache.statistics.size).toBe(kept[mode])
    await session.destroy()
    await kernels.destroy()
  })

  test('an array of another device is refused', async () => {
    const [a, b] = [await open(mode), await open('cpu')]
    const { elements } = ones([2]).to(b).storage
    expect(() => a.assert?.(elements as never, () => '')).toThrow(
      `assert: an operand is on gpu (cpu), and not on gpu (${mode})`,
    )
    await a.destroy()
    await b.destroy()
  })
})
