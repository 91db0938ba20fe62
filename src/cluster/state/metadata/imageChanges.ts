/** What a piece of the metadata log touched: a node looks the new state up in its image. */
export class ImageChanges {
  /** Topic name → indexes of changed partitions. */
  readonly partitions = new Map<string, Set<number>>()
  readonly createdTopics: string[] = []
  readonly removedTopics: { readonly name: string; readonly id: string }[] = []
  /** "type:name" of resources whose configs changed. */
  readonly configs = new Set<string>()
  readonly brokers = new Set<number>()
  /** Everything may have changed: a snapshot was loaded. */
  isWhole = false

  touchPartition(topic: string, index: number): void {
    const indexes = this.partitions.get(topic)
    if (indexes) indexes.add(index)
    else this.partitions.set(topic, new Set([index]))
  }
}
