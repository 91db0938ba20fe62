/** Binds an object's methods to it, so that a cell may take them out: `const { send } = await createProducer()`. */
export function bindMethods<T extends object>(instance: T): T {
  for (const name of Object.getOwnPropertyNames(Object.getPrototypeOf(instance))) {
    const member: unknown = Reflect.get(instance, name)
    if (name === "constructor" || typeof member !== "function") continue
    Object.defineProperty(instance, name, { value: member.bind(instance), enumerable: false })
  }
  return instance
}
