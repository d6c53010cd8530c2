import type { Callbacks } from './callbacks.js'
import type { PlainFigures } from './tally.js'

// Every host has one.
declare const console: { log(line: string): void }

/**
 * Callbacks that print one plain line an epoch:
 *
 *     epoch 2/20  loss 0.4312  accuracy 0.8125 | validation loss 0.5120  accuracy 0.7841 | 1.3 s, 23 s left
 *
 * @param print where the lines go. Default: console.log
 */
export function printProgress(print: (line: string) => void = (line) => console.log(line)): Callbacks {
  return {
    onEpoch({ epoch, validation, seconds, ...training }, { epochs, eta = 0 }) {
      const left = epoch < epochs ? `, ${duration(eta)} left` : ''
      const parts = [
        `epoch ${epoch}/${epochs}  ${figures(training)}`,
        ...(validation ? [`validation ${figures(validation)}`] : []),
        `${duration(seconds)}${left}`,
      ]
      print(parts.join(' | '))
    },
    onEnd({ reason, best }) {
      if (reason !== 'finished') print(reason)
      if (best) print(`best: epoch ${best.epoch}, ${number(best.value)}`)
    },
  }
}

/** The loss, and the metrics that are numbers. */
function figures({ loss, metrics }: PlainFigures): string {
  const all = Object.entries({ loss, ...metrics })
  return all
    .flatMap(([name, value]) => (typeof value === 'number' ? [`${name} ${number(value)}`] : []))
    .join('  ')
}

function number(value: number): string {
  const size = Math.abs(value)
  return size !== 0 && (size < 0.001 || size >= 1e6) ? value.toExponential(3) : value.toFixed(4)
}

function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 120) return `${whole} s`
  return whole < 7200 ? `${Math.round(whole / 60)} min` : `${(whole / 3600).toFixed(1)} h`
}
