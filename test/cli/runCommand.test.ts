import { join, resolve } from "node:path"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { runCommand } from "../../src/cli/runCommand"

const commands = ["cluster", "run", "fault", "state", "topic", "lint", "export", "coverage"]
const lessons = join(resolve(import.meta.dirname, "../.."), "lessons")

describe("logbook", () => {
  let out = ""
  let error = ""
  beforeEach(() => {
    out = ""
    error = ""
    vi.spyOn(process.stdout, "write").mockImplementation((text) => {
      out += text
      return true
    })
    vi.spyOn(process.stderr, "write").mockImplementation((text) => {
      error += text
      return true
    })
  })
  afterEach(() => vi.restoreAllMocks())

  it("lists its commands in one line each", async () => {
    expect([await runCommand(["--help"]), error]).toEqual([0, ""])
    expect(out.match(/^ {2}\S+ +[A-Z].*\.$/gm)?.map((line) => line.trim().split(" ")[0])).toEqual(commands)
  })

  it.each(commands)("%s --help tells its options on stdout", async (name) => {
    expect([await runCommand([name, "--help"]), error]).toEqual([0, ""])
    expect(out.startsWith(`logbook ${name} `)).toBe(true)
  })

  it.each([
    [["run"], "a PATH is missing"],
    [["lint", "--sideways"], "Unknown option '--sideways'"],
    [["run", lessons, "--sideways"], "Unknown option '--sideways'"],
    [["coverage", "nowhere"], "nowhere: no such file or folder"],
    [["export", lessons, "--to", "pdf"], "--to takes html or ipynb"],
    [["topic", "rename", "a"], "rename is none of create, delete, exists, list, examples"],
    [["topic", "list", "--bootstrap"], "Option '--bootstrap <value>' argument missing"],
  ])("%j says what is wrong and how it goes, and exits 2", async (argv, sentence) => {
    expect(await runCommand(argv)).toBe(2)
    expect(error.startsWith(`logbook ${argv[0]}: ${sentence}`)).toBe(true)
    expect([error.includes(`\n\nlogbook ${argv[0]} `), out]).toEqual([true, ""])
  })

  it("names its commands when there is none of that name", async () => {
    expect([await runCommand(["brew"]), error.split("\n")[0]]).toEqual([2, 'logbook has no command "brew".'])
  })
})
