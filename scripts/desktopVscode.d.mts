export function findDesktop(environment?: NodeJS.ProcessEnv): string | undefined
export function openDesktop(command: string, folder: string, lesson: string, environment?: NodeJS.ProcessEnv): void
