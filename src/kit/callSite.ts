/**
 * The same object with every method of it noting where it was called: an error that comes from a socket's callback
 * has no line of the caller in its stack otherwise.
 */
export function atCallSite<T extends object>(client: T): T {
  const result: Record<string, unknown> = {}
  for (const [name, member] of Object.entries(client)) {
    result[name] = typeof member === "function" ? noteCallSite(member.bind(client)) : member
  }
  return result as T
}

function noteCallSite(method: (...parameters: unknown[]) => unknown) {
  return function called(...parameters: unknown[]): unknown {
    const site: { stack?: string } = {}
    Error.captureStackTrace(site, called)
    try {
      const result = method(...parameters)
      return result instanceof Promise ? result.catch((error: unknown) => throwFrom(error, site.stack)) : result
    } catch (error) {
      throwFrom(error, site.stack)
    }
  }
}

/** Adds the frames of the call to the error's stack, once. */
function throwFrom(error: unknown, stack = ""): never {
  if (error instanceof Error) {
    const frames = stack.split("\n").filter((line) => /^\s+at /.test(line))
    const last = frames.at(-1)
    if (last !== undefined && !error.stack?.includes(last)) error.stack = [error.stack, ...frames].join("\n")
  }
  throw error
}
