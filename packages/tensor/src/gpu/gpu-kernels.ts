import { fail, kindOf } from '../errors.js'
import type { DeviceArray } from '../kernels/elements.js'
import type { Kernels, Workspace } from '../kernels/kernels.js'
import { checkNames } from '../option-names.js'
import { chooseMode, type Tried } from './choose-mode.js'
import { type Compile, compileFor } from './compile/compile.js'
import { kernelRunner } from './compile/kernel-runner.js'
import { pipelineRunner } from './compile/pipeline-runner.js'
import type { MakeRunner } from './compile/runner.js'
import { stepByStep } from './compile/step-by-step.js'
import { isSoftware } from './eager/adapter-name.js'
import type { Block } from './eager/block.js'
import { blocksIn } from './eager/blocks-in.js'
import { eagerExecutor } from './eager/executor.js'
import type { CacheStatistics } from './eager/kernel-cache.js'
import type { MemoryUse } from './eager/memory.js'
import { Session } from './eager/session.js'
import { type GpuClass, type GpuJs, type Mode, modes } from './gpu-js.js'
import { kernelsOver } from './kernels.js'

export interface GpuOptions {
  /** Default: 'auto', the best that works, as `tried` tells. */
  mode?: Mode | 'auto'
  /**
   * How many of the device's kernels are kept, of all ops, shapes and strides. Default: 1000, as a training step of a
   * recurrent network takes some hundreds, and making one takes about 10 ms. Each holds on to the memory of its last
   * result, so that a small device may want fewer. In the mode webasm a browser has room for some hundred, and the limit
   * is lowered when there is no more.
   */
  cacheLimit?: number
}

/** The kernels of one GPU, on which tensors are brought by `x.to(gpu)` and from which they come back by `await x.read()`. */
export interface GpuKernels extends Kernels<DeviceArray> {
  readonly mode: Mode
  /** What computes, as the platform calls it: 'SwiftShader' in it says that it is no GPU after all. */
  readonly adapter: string
  /**
   * Whether a GPU does the work. False of webasm and cpu, and where the adapter is a program on the processor: tensors that
   * stay on the host are computed with sooner then, by Unroll's own WebAssembly.
   */
  readonly isHardware: boolean
  /** The better modes that 'auto' did not take, and why. */
  readonly tried: readonly Tried[]
  /** Whether NaN and infinities stay what they are: not every GPU promises it. */
  readonly keepsNonFinite: boolean
  /** The memory in use by arrays. */
  memory(): MemoryUse
  readonly cache: CacheStatistics
  /**
   * Runs `body`, and frees at its end the device memory of all arrays made in it, but for what it gives (tensors, also
   * in arrays and plain objects, and variables) and what was put into older tensors, as an optimiser does. Scopes nest. Without
   * one, memory is freed when garbage is collected, which may be late: it goes by the host's memory.
   * @throws UnrollError when `body` is asynchronous.
   */
  scope<T>(body: () => T): T
  /** A scope that may be left and entered again, for a training that waits for its losses: `fit` has one. */
  workspace(): Workspace
  /** Lets what it is given, as the result of a scope, outlive the scopes that are open; gives it back. */
  keep<T>(tensors: T): T
  /**
   * A step of a training, say (forward, loss, `backward()`, clipping, `optimizer.step()`), as a list of programs that
   * the device runs as a whole. The function is run when the first input comes, twice, and nothing is computed then: what it would
   * compute is noted. From then on the list is replayed. Its tensors are the host's, as everywhere: parameters are taken
   * to the device with each call, and brought back changed.
   *
   * What JavaScript does in the function is not done again. It is traced anew when its inputs have other shapes, when a
   * module goes from training to evaluation, and when parameters are frozen, freed or added to an optimiser; learning
   * rates and random tensors are asked for at every step. All other numbers, flags and fields stand still as they were:
   * what changes from step to step has to be a tensor.
   *
   *     const train = gpu.compile(({ x, y }) => {
   *       optimizer.zeroGrad()
   *       const loss = crossEntropy(model.forward(x), y)
   *       loss.backward()
   *       clipGradNorm(model.parameters(), 1)
   *       optimizer.step()
   *       return loss
   *     }, { stepsPerCall: 10 })
   *     const losses = await train.all(batches)
   */
  readonly compile: Compile
  /** When all that was asked for is done. @throws UnrollError for what failed, or when the device is gone. */
  settle(): Promise<void>
  /** Frees everything. What is on the device cannot be read or used any more. */
  destroy(): Promise<void>
}

/**
 * The kernels of a GPU, through gpu.js, whose class `GPU` is handed in.
 * @throws UnrollError when the mode does not work here: says which do.
 */
export async function gpuKernels(GPU: GpuClass, options: GpuOptions = {}): Promise<GpuKernels> {
  checkNames('gpuKernels', options, { mode: true, cacheLimit: true })
  const { mode = 'auto', cacheLimit = 1000 } = options
  if (typeof GPU !== 'function' || !('isWebGPUSupported' in GPU))
    fail(
      'gpuKernels',
      `wants the class GPU of gpu.js 2.24 (import { GPU } from 'gpu.js'), got ${kindOf(GPU)}`,
    )
  if (mode !== 'auto' && !modes.includes(mode))
    fail('gpuKernels', `mode is one of auto, ${modes.join(', ')}, got ${String(mode)}`)
  if (!Number.isInteger(cacheLimit) || cacheLimit < 1)
    fail('gpuKernels', `wants a cacheLimit of at least 1 kernel, got ${cacheLimit}`)
  const { device, tried } = await chooseMode(GPU as unknown as GpuJs, mode)
  const session = new Session(device, cacheLimit, () => kernels)
  const { memory } = session
  const executor = eagerExecutor(session)
  const kernels: GpuKernels = {
    ...kernelsOver(executor),
    upload: (data) => session.upload('to', data),
    assert: (x, message) => session.assertions.add(x, message),
    mode: device.mode,
    adapter: device.adapter,
    isHardware: !device.isHost && !isSoftware(device.adapter),
    tried,
    keepsNonFinite: device.keepsNonFinite,
    memory: () => memory.use,
    get cache() {
      return session.cache.statistics
    },
    scope: (body) => memory.scopes.run(body, (result) => blocksIn(session, result)),
    workspace() {
      const scope = { blocks: new Set<Block>() }
      return {
        run: (body) => memory.scopes.within(scope, body),
        clear: (kept) => memory.scopes.clear(scope, blocksIn(session, kept)),
      }
    },
    keep(tensors) {
      for (const block of blocksIn(session, tensors)) memory.scopes.move(block, undefined)
      return tensors
    },
    compile: compileFor(device.name, runnerFor(session)),
    settle: () => session.settle(),
    destroy: () => session.destroy(),
  }
  return kernels
}

/** Pipelines where gpu.js makes one list of commands of them, or one program. */
function runnerFor(session: Session): MakeRunner {
  const { mode } = session.device
  if (mode === 'webgpu') return (plan) => pipelineRunner(session, plan)
  if (mode === 'webasm') return (plan) => stepByStep(pipelineRunner(session, plan), plan)
  return (plan) => kernelRunner(session, plan)
}
