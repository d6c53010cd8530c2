export { findChromium, softwareArguments } from '../../packages/bench/src/browser/chromium.js'
