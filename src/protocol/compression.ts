import { constants, gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from "node:zlib"
import type { CodecName } from "./batchHeader"
import { compressLz4Frame, decompressLz4Frame } from "./codec/lz4"
import { compressXerial, decompressSnappy } from "./codec/snappy"
import { ProtocolError } from "./protocolError"

/** A batch that unpacks to more is refused: a small batch must not fill the memory. */
export const maxUnpackedBytes = 256 * 1024 * 1024
/** Kafka's default levels for gzip (6) and zstd (3) (KIP-390). */
const gzipLevel = 6
const zstdLevel = 3

/** Compresses the records of a batch, in the form that Kafka's Java client writes. */
export function compress(codec: Exclude<CodecName, "none">, bytes: Buffer): Buffer {
  switch (codec) {
    case "gzip":
      return gzipSync(bytes, { level: gzipLevel })
    case "snappy":
      return compressXerial(bytes)
    case "lz4":
      return compressLz4Frame(bytes)
    case "zstd":
      return zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: zstdLevel } })
  }
}

/** Undoes `compress`, and reads what other clients write. Malformed input throws ProtocolError. */
export function decompress(codec: Exclude<CodecName, "none">, bytes: Buffer, maxBytes = maxUnpackedBytes): Buffer {
  switch (codec) {
    case "gzip":
      return guarded(codec, () => gunzipSync(bytes, { maxOutputLength: maxBytes }))
    case "snappy":
      return decompressSnappy(bytes, maxBytes)
    case "lz4":
      return decompressLz4Frame(bytes, maxBytes)
    case "zstd":
      return guarded(codec, () => zstdDecompressSync(bytes, { maxOutputLength: maxBytes }))
  }
}

function guarded(codec: CodecName, unpack: () => Buffer): Buffer {
  try {
    return unpack()
  } catch (error) {
    const tooLarge = error instanceof RangeError
    throw new ProtocolError(tooLarge ? "too-large" : "invalid-value", `${codec}: ${String(error)}`)
  }
}
