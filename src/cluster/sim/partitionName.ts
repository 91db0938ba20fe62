/** `ledger-0`, as Kafka names a partition's folder. */
export function partitionName({ topic, index }: { readonly topic: string; readonly index: number }): string {
  return `${topic}-${index}`
}
