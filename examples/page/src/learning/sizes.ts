export type SizeName = 'small' | 'medium' | 'large'

/** How large a model is, and Adam's learning rate that suits it. */
export interface Size {
  /** Units of the recurrent layer. */
  readonly hidden: number
  readonly lr: number
}

/** Small and medium learn within a minute on two cores; large is for a GPU, which has hardly more to do with it. */
export const sizes: Readonly<Record<SizeName, Size>> = {
  small: { hidden: 32, lr: 0.01 },
  medium: { hidden: 64, lr: 0.005 },
  large: { hidden: 256, lr: 0.002 },
}

export function isSizeName(name: unknown): name is SizeName {
  return typeof name === 'string' && Object.hasOwn(sizes, name)
}
