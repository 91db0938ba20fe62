/**
 * Requests and responses as frames: int32 size, header, body.
 * Encoding gives the whole frame, size first; decoding takes what follows the size.
 * Request header v1, v2 when flexible; response header v0, v1 when flexible, but always v0 for ApiVersions (KIP-511).
 */
import { ProtocolError } from "./protocolError"
import { Reader } from "./reader"
import type { Api, Message, RequestInput, RequestOf, ResponseInput, ResponseOf } from "./schema"
import { Writer } from "./writer"

const sizeBytes = 4
const apiVersionsKey = 18

export interface RequestHeader {
  readonly apiKey: number
  readonly apiVersion: number
  readonly correlationId: number
  readonly clientId: string | null
  /** Bytes up to the end of the client id: where v2's tagged fields or the body begin. */
  readonly length: number
}

/** A whole request frame, size first. */
export function encodeRequest<A extends Api>(
  api: A,
  version: number,
  correlationId: number,
  clientId: string | null,
  body: RequestInput<A>,
): Buffer {
  return Buffer.concat(encodeRequestChunks(api, version, correlationId, clientId, body))
}

/** A whole request frame as chunks, record bytes by reference. */
export function encodeRequestChunks<A extends Api>(
  api: A,
  version: number,
  correlationId: number,
  clientId: string | null,
  body: RequestInput<A>,
): Buffer[] {
  const writer = new Writer()
  writer.int32(0)
  writer.int16(api.key)
  writer.int16(version)
  writer.int32(correlationId)
  // The client id keeps its int16 length in header v2 too (KIP-482).
  if (clientId === null) writer.int16(-1)
  else writer.string(clientId, false)
  if (version >= api.flexibleFrom) writer.unsignedVarint(0)
  return writeBody(writer, api, api.request, version, body)
}

/**
 * The request header, whatever the API: its first fields stand at the same place in v1 and v2.
 * Header v0, without client id, belonged to ControlledShutdown v0 alone.
 */
export function readRequestHeader(payload: Buffer): RequestHeader {
  const reader = new Reader(payload)
  const apiKey = reader.int16()
  const apiVersion = reader.int16()
  const correlationId = reader.int32()
  const length = reader.int16()
  if (length < -1) throw new ProtocolError("negative-length", `a client id of ${length} bytes`)
  const clientId = length === -1 ? null : reader.text(length)
  return { apiKey, apiVersion, correlationId, clientId, length: reader.offset }
}

/** The body of a request whose header has been read. */
export function decodeRequest<A extends Api>(
  api: A,
  payload: Buffer,
  header: RequestHeader = readRequestHeader(payload),
): RequestOf<A> {
  const reader = new Reader(payload, header.length)
  assertVersion(api, header.apiVersion)
  if (header.apiVersion >= api.flexibleFrom) reader.skipTaggedFields()
  return readBody(reader, api.request, header.apiVersion) as RequestOf<A>
}

/** A whole response frame, size first. */
export function encodeResponse<A extends Api>(
  api: A,
  version: number,
  correlationId: number,
  body: ResponseInput<A>,
): Buffer {
  return Buffer.concat(encodeResponseChunks(api, version, correlationId, body))
}

/** A whole response frame as chunks, record bytes by reference: for a vectored socket write. */
export function encodeResponseChunks<A extends Api>(
  api: A,
  version: number,
  correlationId: number,
  body: ResponseInput<A>,
): Buffer[] {
  const writer = new Writer()
  writer.int32(0)
  writer.int32(correlationId)
  if (hasTaggedResponseHeader(api, version)) writer.unsignedVarint(0)
  return writeBody(writer, api, api.response, version, body)
}

export function readCorrelationId(payload: Buffer): number {
  return new Reader(payload).int32()
}

export function decodeResponse<A extends Api>(
  api: A,
  version: number,
  payload: Buffer,
): { readonly correlationId: number; readonly body: ResponseOf<A> } {
  const reader = new Reader(payload)
  const correlationId = reader.int32()
  assertVersion(api, version)
  if (hasTaggedResponseHeader(api, version)) reader.skipTaggedFields()
  return { correlationId, body: readBody(reader, api.response, version) as ResponseOf<A> }
}

function hasTaggedResponseHeader(api: Api, version: number): boolean {
  return version >= api.flexibleFrom && api.key !== apiVersionsKey
}

function assertVersion({ name, versions: [oldest, newest] }: Api, version: number): void {
  if (version >= oldest && version <= newest) return
  throw new ProtocolError("unsupported-version", `${name} version ${version} is not within ${oldest} to ${newest}`)
}

function writeBody(writer: Writer, api: Api, message: Message, version: number, body: unknown): Buffer[] {
  assertVersion(api, version)
  message.codec(version).write(writer, body)
  writer.patchInt32(0, writer.length - sizeBytes)
  return writer.chunks()
}

function readBody(reader: Reader, message: Message, version: number): unknown {
  const body = message.codec(version).read(reader)
  if (reader.remaining > 0) throw new ProtocolError("trailing-bytes", `${reader.remaining} bytes after the body`)
  return body
}
