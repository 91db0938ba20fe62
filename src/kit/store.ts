import type { DatabaseSync, SQLInputValue, SQLOutputValue } from "node:sqlite"
import { bindMethods } from "./bindMethods"

export interface StoreOptions {
  /** A file. Default: in memory, gone when the store is closed. */
  readonly path?: string
}

export type Row = Record<string, SQLOutputValue>

/**
 * A transactional store with unique keys and a lock with expiry, for idempotent processing: the database that stands
 * beside a consumer. SQLite underneath.
 */
export interface Store {
  /** Runs a statement; gives back how many rows it changed. */
  run(sql: string, ...values: SQLInputValue[]): number
  get(sql: string, ...values: SQLInputValue[]): Row | undefined
  all(sql: string, ...values: SQLInputValue[]): Row[]
  /** Several statements at once, such as a schema. */
  execute(sql: string): void
  /** Everything in `action` happens or nothing does; nested calls are part of the outermost. Synchronous. */
  transaction<T>(action: () => T): T
  /**
   * Runs `action` once per key: the key and what `action` wrote are stored in one transaction. A second time nothing
   * runs, and the answer is "duplicate", as a handler says it.
   */
  once<T>(key: string, action: () => T): { readonly status: "processed"; readonly value: T } | "duplicate"
  /** Marks a key as used; false where it was already (INSERT OR IGNORE into a unique column). */
  markProcessed(key: string): boolean
  isProcessed(key: string): boolean
  /** A lock that frees itself after `ttlMs`: undefined where somebody else holds it. */
  tryLock(name: string, options: { readonly ttlMs: number; readonly owner?: string }): Lock | undefined
  close(): void
}

export interface Lock {
  readonly owner: string
  /** Grows each time the lock is given: what is written with an older one can be refused. */
  readonly fencingToken: number
  /** False where it had expired and somebody else holds it. */
  release(): boolean
  /** Begins the time anew; false where it had expired. */
  renew(): boolean
}

const schema = `
  CREATE TABLE IF NOT EXISTS processed_key (key TEXT PRIMARY KEY, at_ms INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS expiring_lock (
    name TEXT PRIMARY KEY, owner TEXT NOT NULL, until_ms INTEGER NOT NULL, token INTEGER NOT NULL
  ) WITHOUT ROWID;`

/** @param now milliseconds since 1970, for tests */
export async function openStore({ path = ":memory:" }: StoreOptions = {}, now = Date.now): Promise<Store> {
  const Database = await loadSqlite()
  const database = new Database(path)
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA busy_timeout = 5000; ${schema}`)
  return bindMethods(new SqliteStore(database, now))
}

/** The runtime that the cell runs on has no SQLite in it. */
export class StoreUnavailableError extends Error {
  override readonly name = "StoreUnavailableError"
}

async function loadSqlite(): Promise<typeof DatabaseSync> {
  try {
    // Late: Node says on stderr that node:sqlite is new, and most cells need none.
    return (await import("node:sqlite")).DatabaseSync
  } catch (cause) {
    // Electron may be built without it (ERR_UNKNOWN_BUILTIN_MODULE); Node has it since 22.13.
    const runtime = process.versions.electron === undefined ? "Node" : `Electron ${process.versions.electron}, Node`
    throw new StoreUnavailableError(
      `createStore() needs the module node:sqlite, which this runtime (${runtime} ${process.version}) does not have.`,
      { cause },
    )
  }
}

class SqliteStore implements Store {
  readonly #database: DatabaseSync
  readonly #now: () => number
  #depth = 0
  #owners = 0

  constructor(database: DatabaseSync, now: () => number) {
    this.#database = database
    this.#now = now
  }

  run(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.#database.prepare(sql).run(...values).changes)
  }

  get(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return plain(this.#database.prepare(sql).get(...values))
  }

  all(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#database
      .prepare(sql)
      .all(...values)
      .map((row) => ({ ...row }))
  }

  execute(sql: string): void {
    this.#database.exec(sql)
  }

  transaction<T>(action: () => T): T {
    if (this.#depth > 0) return action()
    // IMMEDIATE: two writers meet at the start, not at the commit.
    this.#database.exec("BEGIN IMMEDIATE")
    this.#depth++
    try {
      const result = action()
      if (result instanceof Promise)
        throw new TypeError("A store's transaction is synchronous: await before or after it.")
      this.#database.exec("COMMIT")
      return result
    } catch (error) {
      this.#database.exec("ROLLBACK")
      throw error
    } finally {
      this.#depth--
    }
  }

  once<T>(key: string, action: () => T): { readonly status: "processed"; readonly value: T } | "duplicate" {
    return this.transaction(() =>
      this.markProcessed(key) ? { status: "processed" as const, value: action() } : "duplicate",
    )
  }

  markProcessed(key: string): boolean {
    return this.run("INSERT OR IGNORE INTO processed_key (key, at_ms) VALUES (?, ?)", key, this.#now()) === 1
  }

  isProcessed(key: string): boolean {
    return this.get("SELECT 1 FROM processed_key WHERE key = ?", key) !== undefined
  }

  tryLock(
    name: string,
    { ttlMs, owner = `${process.pid}-${++this.#owners}` }: { ttlMs: number; owner?: string },
  ): Lock | undefined {
    const now = this.#now()
    const taken = this.get(
      `INSERT INTO expiring_lock (name, owner, until_ms, token) VALUES (?, ?, ?, 1)
       ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until_ms = excluded.until_ms, token = token + 1
       WHERE until_ms <= ? RETURNING token`,
      name,
      owner,
      now + ttlMs,
      now,
    )
    if (taken === undefined) return undefined
    const token = Number(taken.token)
    const mine = "name = ? AND token = ? AND until_ms > ?"
    return {
      owner,
      fencingToken: token,
      release: () => this.run(`UPDATE expiring_lock SET until_ms = 0 WHERE ${mine}`, name, token, this.#now()) === 1,
      renew: () => {
        const at = this.#now()
        return this.run(`UPDATE expiring_lock SET until_ms = ? WHERE ${mine}`, at + ttlMs, name, token, at) === 1
      },
    }
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close()
  }
}

/** SQLite's rows have no prototype; plain objects are easier to show and to compare. */
function plain(row: Row | undefined): Row | undefined {
  return row === undefined ? undefined : { ...row }
}
