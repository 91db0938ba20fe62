/**
 * Node's globals for the kernel's own bundle, injected by the build. Cells share this process's global object and may
 * well declare a `process` or a `Buffer` of their own; the kernel, kafkajs and the kit keep the real ones.
 */
export { Buffer } from "node:buffer"
export { performance } from "node:perf_hooks"
export { default as process } from "node:process"
export { clearImmediate, clearInterval, clearTimeout, setImmediate, setInterval, setTimeout } from "node:timers"
export { TextDecoder, TextEncoder } from "node:util"
