import { defineConfig } from 'vite'

export default defineConfig({
  build: {
    outDir: '../../out/page',
    emptyOutDir: true,
    chunkSizeWarningLimit: 2000, // in kB: the page is for one machine, and comes with gpu.js and ECharts
  },
})
