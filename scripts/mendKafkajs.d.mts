import type { Plugin } from "esbuild"

export interface Mend {
  readonly original: string
  readonly mended: string
}

export declare const mends: Readonly<Record<string, readonly Mend[]>>
export declare function mendKafkajs(): Plugin
export declare function mend(source: string, wanted: readonly Mend[]): string
