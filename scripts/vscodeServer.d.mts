import type { ChildProcess } from "node:child_process"

export function untilServed(
  server: { readonly address: string; readonly process: Pick<ChildProcess, "exitCode"> },
  page: string,
  files: readonly string[],
): Promise<void>
