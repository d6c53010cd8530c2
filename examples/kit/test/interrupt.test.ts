import { abortOnInterrupt, commandWith } from '@unroll/example-kit'
import { afterEach, expect, it, vi } from 'vitest'

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
  expect(commandWith({ resume: 'out/a.safetensors', text: undefined })).toBe(
    'npm start -- --resume out/a.safetensors',
  )
  expect(commandWith({ resume: "my $HOME's.safetensors", text: 'a b.txt' })).toBe(
    `npm start -- --resume 'my $HOME'\\''s.safetensors' --text 'a b.txt'`,
  )
  vi.stubEnv('npm_lifecycle_event', 'spam')
  expect(commandWith({ resume: 'a' })).toBe('npm run spam -- --resume a')
  for (const event of ['test', 'npx']) {
    vi.stubEnv('npm_lifecycle_event', event)
    expect(commandWith({ resume: 'a' })).toMatch(/^node .* --resume a$/)
  }
  vi.unstubAllEnvs()
})
