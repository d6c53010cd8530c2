/** Those that are for users. */
export const packageNames = ['@unroll/tensor', '@unroll/autograd', '@unroll/rnn'] as const
