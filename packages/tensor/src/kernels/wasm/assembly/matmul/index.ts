export { dots } from './dots'
export { gemm, gemmTask, multiply } from './gemm'
export { packColumns, packInto, packRows } from './pack'
export { rowTimes } from './row-times'
