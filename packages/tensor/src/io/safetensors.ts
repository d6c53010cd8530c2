/**
 * safetensors: tensors in a file that holds nothing to run, after the section "Format" of
 * https://github.com/huggingface/safetensors#format
 *
 *     8 bytes   N, an unsigned little-endian integer
 *     N bytes   the header: a JSON object in UTF-8, which may be padded with spaces
 *     the rest  the buffer: the elements, little-endian and in row-major order
 *
 * The header maps the name of each tensor to `{ "dtype", "shape", "data_offsets": [begin, end] }`, the offsets
 * counted from the start of the buffer. The tensors cover the buffer without gaps or overlaps. The name
 * `__metadata__` is kept for a map from text to text.
 */
export { readSafetensors, type Safetensors } from './safetensors-read.js'
export { type StoredDType, type WriteSafetensorsOptions, writeSafetensors } from './safetensors-write.js'
