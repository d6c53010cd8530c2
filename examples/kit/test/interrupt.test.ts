import { afterEach, expect, it, vi } from 'vitest'
import { howToGoOn } from '../src/terminal/go-on.js'
import { abortOnInterrupt } from '../src/terminal/interrupt.js'

afterEach(() => vi.restoreAllMocks())

it.each(['SIGINT', 'SIGTERM'] as const)(
  'aborts at the first %s, and ends the process at the second',
  (name) => {
    const exit = vi.spyOn(process, 'exit').mockReturnValue(undefined as never)
    const now = vi.spyOn(performance, 'now').mockReturnValue(1000)
    const before = process.listeners(name)
    const { signal, stopWatching } = abortOnInterrupt()
    const [listener] = process.listeners(name).filter((candidate) => !before.includes(candidate))

    expect(signal.aborted).toBe(false)
    listener(name)
    expect(signal.aborted).toBe(true)
    now.mockReturnValue(1010) // the same keypress, passed on
    listener(name)
    expect(exit).not.toHaveBeenCalled()
    now.mockReturnValue(2000)
    listener(name)
    expect(exit).toHaveBeenCalledWith(130)

    stopWatching()
    expect(process.listeners(name)).toEqual(before)
  },
)

it('tells a command that a shell reads as it is meant', () => {
  vi.stubEnv('npm_lifecycle_event', 'start')
  expect(howToGoOn('out/a.safetensors', undefined)).toBe('npm start -- --resume out/a.safetensors')
  expect(howToGoOn("my $HOME's.safetensors", 'a b.txt')).toBe(
    `npm start -- --resume 'my $HOME'\\''s.safetensors' --text 'a b.txt'`,
  )
  vi.stubEnv('npm_lifecycle_event', 'test')
  expect(howToGoOn('a', undefined)).toMatch(/^node .* --resume a$/)
  vi.unstubAllEnvs()
})
