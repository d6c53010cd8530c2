import { InvalidArgumentError } from 'commander'

export function positive(text: string): number {
  const value = Number(text)
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError('It must be a number above 0.')
  return value
}

export function whole(text: string): number {
  const value = Number(text)
  if (!(Number.isInteger(value) && value > 0))
    throw new InvalidArgumentError('It must be a whole number above 0.')
  return value
}
