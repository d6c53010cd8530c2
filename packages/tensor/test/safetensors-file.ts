/** A safetensors file put together by hand: `header` as it stands when it is a text, else as JSON. */
export function fileOf(header: unknown, buffer: readonly number[] | Uint8Array = []): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header))
  return rawFile(BigInt(text.length), text, buffer)
}

/** The same, whatever length is claimed and whatever bytes the header is made of. */
export function rawFile(
  length: bigint,
  header: readonly number[] | Uint8Array,
  buffer: readonly number[] | Uint8Array = [],
): Uint8Array {
  const file = new Uint8Array(8 + header.length + buffer.length)
  new DataView(file.buffer).setBigUint64(0, length, true)
  file.set(header, 8)
  file.set(buffer, 8 + header.length)
  return file
}
