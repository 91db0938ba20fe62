import { build } from "esbuild"
import { expect, it } from "vitest"
import { optionsFor } from "../../scripts/bundles.mjs"

/** VS Code shows no markdown before it is there: each file that it imported would be fetched first. */
it("gives the page one file before it shows text, and whatever that one imports late stands beside it", async () => {
  const { metafile } = await build({
    ...optionsFor("dist/renderer/main.js"),
    write: false,
    sourcemap: false,
    metafile: true,
  })
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports)
  const beside = Object.keys(optionsFor("dist/renderer").entryPoints ?? {}).map((name) => `./${name}.js`)
  expect(imports.length).toBeGreaterThan(0)
  expect(imports.filter(({ kind, path }) => kind !== "dynamic-import" || !beside.includes(path))).toEqual([])
})
