/** Mermaid's own chunks that flowcharts, sequences, states and the kit's charts need; it loads the others by name. */
const wanted = /(flowDiagram|sequenceDiagram|stateDiagram|xychartDiagram|dagre|chunk-)/

/**
 * Leaves out the diagram kinds that no lesson draws: they are two thirds of mermaid, and load by dynamic import from
 * its own files, so that an empty module in their place is never missed.
 * @returns {import("esbuild").Plugin}
 */
export function stubMermaid() {
  return {
    name: "stub-mermaid",
    setup(build) {
      build.onResolve({ filter: /.*/ }, (resolved) => {
        if (resolved.kind !== "dynamic-import" || !/[\\/]mermaid[\\/]/.test(resolved.importer)) return undefined
        if (wanted.test(resolved.path)) return undefined
        return { path: resolved.path, namespace: "stub-mermaid" }
      })
      build.onLoad({ filter: /.*/, namespace: "stub-mermaid" }, () => ({ contents: "export {}", loader: "js" }))
    },
  }
}
