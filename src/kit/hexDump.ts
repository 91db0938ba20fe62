/** Bytes in one line, as hexdump -C has them. */
const LINE_BYTES = 16

/** So much of it is shown: a request or a batch with a few records. */
const MAX_BYTES = 1_024

/** Bytes as a protocol's reader wants them: where they stand, in hexadecimal, and what of them is text. */
export function hexDump(bytes: Uint8Array): string {
  const shown = bytes.subarray(0, MAX_BYTES)
  const lines = Array.from({ length: Math.ceil(shown.length / LINE_BYTES) }, (_, line) =>
    dumpLine(shown.subarray(line * LINE_BYTES, (line + 1) * LINE_BYTES), line * LINE_BYTES),
  )
  const rest = bytes.length - shown.length
  return [`${bytes.constructor.name}(${bytes.length})`, ...lines, ...(rest > 0 ? [`… + ${rest}`] : [])].join("\n")
}

function dumpLine(bytes: Uint8Array, offset: number): string {
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0"))
  const [left, right] = [hex.slice(0, LINE_BYTES / 2), hex.slice(LINE_BYTES / 2)].map((half) => half.join(" "))
  const text = [...bytes].map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".")).join("")
  return `${offset.toString(16).padStart(8, "0")}  ${`${left}  ${right}`.padEnd(LINE_BYTES * 3 + 1)} |${text}|`
}
