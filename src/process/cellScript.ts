import { fileURLToPath, pathToFileURL } from "node:url"

/**
 * Where the scripts of cells stand for V8 and for a debugger. Debuggers bind breakpoints by the path of a file, so it
 * looks like one; nothing is there. js-debug takes what follows a `?` for no part of the path.
 */
const folder = process.platform === "win32" ? "c:\\logbook-cells\\" : "/logbook-cells/"

/** The path of a cell's script; the same for each of its runs. */
export function cellScriptPath(cell: string): string {
  // Neither encoding of URLs nor upper and lower case of file systems changes hexadecimal digits.
  return `${folder}${Buffer.from(cell).toString("hex")}.ts`
}

/** The URL of the script of one run of a cell. */
export function cellScriptUrl(cell: string, run: number): string {
  return `${pathToFileURL(cellScriptPath(cell)).href}?run=${run}`
}

/** The cell that a path or a URL of {@link cellScriptPath} and {@link cellScriptUrl} stands for. */
export function cellOfScript(pathOrUrl: string): string | undefined {
  const [address = ""] = pathOrUrl.split("?")
  const path = address.startsWith("file:") ? fileURLToPath(address) : address
  const name = /^(?<folder>.*[\\/])(?<hex>(?:[\da-f]{2})*)\.ts$/i.exec(path)?.groups
  if (name?.folder?.toLowerCase() !== folder) return undefined
  return Buffer.from(name.hex ?? "", "hex").toString()
}
