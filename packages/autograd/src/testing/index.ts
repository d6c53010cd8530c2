export * from '@unroll/tensor/testing'
