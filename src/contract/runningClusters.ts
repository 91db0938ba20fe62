/**
 * The folder where running clusters leave their addresses, `<pid>.json` each, so that `logbook fault` and
 * `logbook state` find the one that was started last. It belongs to one user and nobody else may enter it (0700).
 * @param temporaryFolder the system's, as `os.tmpdir()` gives it
 * @param userId `process.getuid()`, or a name where there is none
 */
export function runningClustersFolder(temporaryFolder: string, userId: string | number): string {
  return `${temporaryFolder.replace(/[\\/]+$/, "")}/logbook-${userId}`
}
