// As much of Protocol Buffers' wire format as it takes to write a model
// (https://protobuf.dev/programming-guides/encoding).

/** A whole number. */
export function integer(field, value) {
  return [...varint(field << 3), ...varint(value)]
}

/** A text, bytes, or a message in a message. */
export function bytes(field, content) {
  const body = typeof content === 'string' ? new TextEncoder().encode(content) : content
  return join([varint((field << 3) | 2), varint(body.length), body])
}

/** Fields one after the other. */
export function join(parts) {
  const whole = new Uint8Array(parts.reduce((total, { length }) => total + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** Seven bits a byte, the lowest first; the top bit says that there are more. */
function varint(value) {
  const out = []
  for (; value > 127; value = Math.floor(value / 128)) out.push((value % 128) | 128)
  return [...out, value]
}
