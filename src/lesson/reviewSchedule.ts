/** Days until a question comes again, after it was first answered and after each right answer since. */
export const reviewIntervalDays: readonly number[] = [1, 3, 7, 21]

/** More at once is homework. */
const QUESTIONS_AT_ONCE = 3

const DAY_MS = 86_400_000

/** How well a question is remembered: its place in the intervals, and when it is asked again. */
export interface Review {
  readonly stage: number
  /** Absent once it has been right after the longest interval. */
  readonly dueMs?: number
}

/** A question of a lesson, by their ids. */
export interface ReviewedQuestion {
  readonly lesson: string
  readonly question: string
}

/** A question was answered for the first time. */
export function firstReview(nowMs: number): Review {
  return atStage(0, nowMs)
}

/** After a right answer it waits for the next interval; after a wrong one it begins anew. */
export function nextReview({ stage }: Review, isRight: boolean, nowMs: number): Review {
  return isRight ? atStage(stage + 1, nowMs) : atStage(0, nowMs)
}

/** The questions to ask now, those that have waited longest first. */
export function dueQuestions(
  reviews: Readonly<Record<string, Readonly<Record<string, Review>>>>,
  nowMs: number,
): ReviewedQuestion[] {
  return Object.entries(reviews)
    .flatMap(([lesson, questions]) =>
      Object.entries(questions).map(([question, { dueMs = Number.POSITIVE_INFINITY }]) => ({
        lesson,
        question,
        dueMs,
      })),
    )
    .filter(({ dueMs }) => dueMs <= nowMs)
    .sort((left, right) => left.dueMs - right.dueMs)
    .slice(0, QUESTIONS_AT_ONCE)
    .map(({ lesson, question }) => ({ lesson, question }))
}

function atStage(stage: number, nowMs: number): Review {
  const days = reviewIntervalDays[stage]
  return days === undefined ? { stage } : { stage, dueMs: nowMs + days * DAY_MS }
}
