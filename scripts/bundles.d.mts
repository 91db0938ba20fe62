import type { BuildOptions } from "esbuild"

export declare function build(options?: { readonly watch?: boolean; readonly minify?: boolean }): Promise<void>
export declare function optionsFor(output: string): BuildOptions
