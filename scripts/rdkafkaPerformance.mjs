import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { cache, say } from "./setUp.mjs"

/**
 * What the program takes from librdkafka's own sources, which Debian does not ship: a clock and three names.
 * (librdkafka: src/rd.h, src/rdtime.h, src/rdposix.h)
 */
const privateHeader = `#pragma once
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
typedef int64_t rd_ts_t;
static inline rd_ts_t rd_clock(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (rd_ts_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}
#define rd_snprintf snprintf
#define RD_MAX(a, b) ((a) > (b) ? (a) : (b))
#define RD_MIN(a, b) ((a) < (b) ? (a) : (b))
`

/**
 * librdkafka's own benchmark program, built once from the example that Debian's librdkafka-dev ships.
 * @returns {{ path: string } | { missing: string }}
 */
export function installRdkafkaPerformance() {
  const folder = join(cache, "rdkafka-performance")
  const path = join(folder, "rdkafka_performance")
  if (existsSync(path)) return { path }
  say("Building rdkafka_performance from Debian's librdkafka-dev in .cache/ …")
  mkdirSync(join(folder, "src"), { recursive: true })
  const quietly = (command, options) => spawnSync(command, options, { cwd: folder, encoding: "utf8" })
  for (const name of ["librdkafka1", "librdkafka-dev"]) {
    if (quietly("apt-get", ["download", name]).status !== 0)
      return { missing: `apt-get download ${name} failed: rdkafka_performance comes from Debian` }
  }
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".deb"))) {
    if (quietly("dpkg-deb", ["-x", file, "package"]).status !== 0) return { missing: `${file} cannot be unpacked` }
  }
  const usr = join(folder, "package", "usr")
  const machine = readdirSync(join(usr, "lib")).find((name) => name.endsWith("-linux-gnu")) ?? ""
  const libraries = join(usr, "lib", machine)
  writeFileSync(join(folder, "src", "rd.h"), privateHeader)
  writeFileSync(join(folder, "src", "rdtime.h"), "")
  const compiled = quietly("cc", [
    ...["-O2", "-w", "-o", path, join(usr, "share/doc/librdkafka-dev/examples/rdkafka_performance.c")],
    // The example asks for "../src/rd.h": any folder beside src makes that true.
    ...["-I", join(folder, "src"), "-I", join(folder, "package"), "-I", join(usr, "include", "librdkafka")],
    ...[join(libraries, "librdkafka.so.1"), `-Wl,-rpath,${libraries}`, "-lpthread"],
  ])
  return compiled.status === 0 ? { path } : { missing: `cc could not build it: ${compiled.stderr ?? compiled.error}` }
}
