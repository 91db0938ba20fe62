import { CompressionCodecs, CompressionTypes } from "kafkajs"
import { compress, decompress } from "../client/compression"

/** kafkajs brings gzip alone; Kafka's other codecs are registered once per process. */
export function registerCodecs(): void {
  register(CompressionTypes.Snappy, "snappy")
  register(CompressionTypes.LZ4, "lz4")
  register(CompressionTypes.ZSTD, "zstd")
}

function register(type: keyof typeof CompressionCodecs, codec: Parameters<typeof compress>[0]): void {
  CompressionCodecs[type] = () => ({
    // kafkajs hands its own encoder, whose bytes are in `buffer`.
    compress: async (encoder: { buffer: Buffer }) => compress(codec, encoder.buffer),
    decompress: async (bytes: Buffer) => decompress(codec, bytes),
  })
}
