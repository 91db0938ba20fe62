import type { Disk, DiskFile, DiskResult } from "../../../src/cluster/disk"

/** A disk that stops working after so many changes, as a process does that is killed amid them. */
export function dyingDisk(inner: Disk, changes: number): Disk {
  let left = changes
  const change = <Value>(path: string, action: () => DiskResult<Value>): DiskResult<Value> => {
    if (left-- > 0) return action()
    return { ok: false, error: { code: "EIO", path, message: "The process was killed." } }
  }
  const wrap = (file: DiskFile): DiskFile => ({
    path: file.path,
    get size() {
      return file.size
    },
    append: (bytes) => change(file.path, () => file.append(bytes)),
    read: (position, length) => file.read(position, length),
    truncate: (size) => change(file.path, () => file.truncate(size)),
    flush: () => file.flush(),
    close: () => file.close(),
  })
  return {
    delayMs: 0,
    openFile: (path) => {
      const opened = inner.openFile(path)
      return opened.ok ? { ok: true, value: wrap(opened.value) } : opened
    },
    list: (folder) => inner.list(folder),
    makeFolder: (path) => change(path, () => inner.makeFolder(path)),
    rename: (from, to) => change(from, () => inner.rename(from, to)),
    remove: (path) => change(path, () => inner.remove(path)),
    readFile: (path) => inner.readFile(path),
    writeFile: (path, bytes, options) => change(path, () => inner.writeFile(path, bytes, options)),
    flushFiles: (folder, names) => inner.flushFiles(folder, names),
    exists: (path) => inner.exists(path),
    space: (path) => inner.space(path),
  }
}
