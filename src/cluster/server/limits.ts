/** The smallest request header: API key, version, correlation id. */
export const MIN_FRAME_BYTES = 8

/** Connections that one broker holds; one more is closed as it comes. */
export const MAX_CONNECTIONS_PER_BROKER = 5_000

/** Requests of one connection that may be at work or parked; more wait in the socket. */
export const MAX_PIPELINED_REQUESTS = 64

/** Of those, Fetches: their replies are what can fill the memory. Clients have one at a time on a connection. */
export const MAX_PIPELINED_FETCHES = 4

/** Replies that wait for a slow reader; beyond that none of its requests is started. */
export const MAX_UNSENT_REPLY_BYTES = 8 * 1024 * 1024

/** Kafka's connections.max.idle.ms. */
export const DEFAULT_IDLE_CONNECTION_MS = 600_000

/** How long an idle Kafka listener waits for a client's last reads when it goes down. */
export const LINGER_MS = 200

/** Entries that one trace keeps when it names no limit, and at most. */
export const DEFAULT_TRACE_ENTRIES = 5_000
export const MAX_TRACE_ENTRIES = 50_000

/** Traces that may run at once. */
export const MAX_TRACES = 32

/** Events that are kept for `cluster/events`; older ones are forgotten. */
export const MAX_EVENTS = 10_000

/** Control connections at once, and injected request faults at once. */
export const MAX_CONTROL_CONNECTIONS = 64
export const MAX_REQUEST_FAULTS = 256

/** `cluster/changed` goes out at most this often. */
export const SNAPSHOT_INTERVAL_MS = 50
