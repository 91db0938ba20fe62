/** Kafka's compression codecs, for clients that bring none of their own. */
export { compress, decompress } from "../protocol/compression"
