import type { Plugin } from "esbuild"

export declare function mendKafkajs(): Plugin
export declare function mend(source: string): string
