import type { Lesson } from "../../lesson/lesson"

/**
 * The same text is read by the serializer, again from the cells that it made, and whenever a lesson beside it is linted:
 * what has not changed is parsed once.
 */
export async function readLesson(text: string): Promise<Lesson> {
  const { parseLesson } = await import("../late/lessonFormat")
  const lesson = lastRead.get(text) ?? parseLesson(text)
  lastRead.delete(text)
  lastRead.set(text, lesson)
  const [oldest] = lastRead.keys()
  if (lastRead.size > KEPT_TEXTS && oldest !== undefined) lastRead.delete(oldest)
  return lesson
}

/** By text, the one read last at the end. */
const lastRead = new Map<string, Lesson>()
/** Few folders hold more lessons than this. */
const KEPT_TEXTS = 40
