/** The folder that npm packages were installed into, apart from the checkout's own. */
export function installApart(
  name: string,
  packages: readonly string[],
  options?: readonly string[],
  overrides?: Readonly<Record<string, string>>,
): string
