/** In bytes; topic names are ASCII. */
const LONGEST_FILE_NAME = 255

/**
 * What the folder of a log is called that is to be deleted, or belongs to no topic any more: the end of a long topic
 * name is cut off (Kafka: `UnifiedLog.logDeleteDirName`, `logStrayDirName`).
 * @param uuid base64url
 */
export function setAsideName(topic: string, partition: number, uuid: string, suffix: "-delete" | "-stray"): string {
  const ending = `-${partition}.${Buffer.from(uuid, "base64url").toString("hex")}${suffix}`
  return topic.slice(0, LONGEST_FILE_NAME - ending.length) + ending
}
