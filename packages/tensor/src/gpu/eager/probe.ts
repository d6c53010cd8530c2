import type { KernelResult } from '../gpu-js.js'
import type { Device } from './device.js'

/** y[i] = x[7 − i] − c */
const program = `function (x, c) {
  const i = this.thread.x;
  return x[7 - i] - c;
}`

// Neighbours of 2²⁴, the last integer that all of float32's arithmetic is exact for: half precision is found out.
const exact = [16777216, 16777215, -16777215, 16777213, 4097.5, 0.25, 3, 0]
const nonFinite = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]

/**
 * Runs a small program, and sees whether it gives what it should, all the way from the host and back. Finds out about
 * NaN and infinities as well.
 * @throws an error that says what is wrong.
 */
export async function probe(device: Device): Promise<void> {
  await device.start()
  const numbers = await compute(device, exact, [1, 0.5])
  const expected = exact.map((x) => Math.fround(Math.fround(x - 1) - 0.5))
  if (!expected.every((x, i) => x === numbers[i]))
    throw new Error(`it does not compute right: got ${numbers.join(', ')}, want ${expected.join(', ')}`)
  const [a, b, c] = (await compute(device, [0, 0, 0, 0, 0, ...nonFinite.toReversed()], [1])).values()
  device.keepsNonFinite = Number.isNaN(a) && b === nonFinite[1] && c === nonFinite[2]
}

/** The program for 8 values, by one number after another, on the device throughout. */
async function compute(
  device: Device,
  values: readonly number[],
  numbers: readonly number[],
): Promise<Float32Array> {
  const n = values.length
  const [upload, kernel, download] = [
    device.createUpload(n),
    device.createKernel(program, n),
    device.createDownload(n),
  ]
  const results: KernelResult[] = [await upload(Float32Array.from(values))]
  for (const c of numbers) results.push(await kernel(results[results.length - 1], c))
  for (const k of [upload, kernel]) device.checkKernel(k)
  const answer = await download(results[results.length - 1])
  for (const result of results) device.release(result)
  for (const k of [upload, kernel, download]) device.discard(k)
  return answer as Float32Array
}
