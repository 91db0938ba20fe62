import type { Lesson } from "../../lesson/lesson"

/**
 * The same text is read by the serializer, and again from the cells that it made: an unchanged lesson is parsed once.
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
/** Few have more lessons open than this. */
const KEPT_TEXTS = 4
