/** Makes of dates as people write them what they mean, '1979-05-03', or undefined where it can make nothing of one. */
export interface Reader {
  name: string
  read(texts: readonly string[]): (string | undefined)[]
}
