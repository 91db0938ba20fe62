import type { TestContext } from "vitest"

/** Leaves a test out with a reason, which the test run prints beside its name. */
export function skipTest(context: TestContext, reason: string): never {
  Object.assign(context.task.meta, { skipped: reason })
  context.skip(reason)
}

/** Leaves out what this machine lacks; on a machine that must have everything (`CI` is set) that is a failure. */
export function skipMissing(context: TestContext, missing: string): never {
  if (process.env.CI) throw new Error(missing)
  skipTest(context, missing)
}
