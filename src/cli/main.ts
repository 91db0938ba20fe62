import { runCommand } from "./runCommand"

void runCommand(process.argv.slice(2)).then((code) => {
  // Not exit(): stdout may be a pipe that has not taken everything yet.
  process.exitCode = code
})
