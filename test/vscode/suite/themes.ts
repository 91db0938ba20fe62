import * as vscode from "vscode"

export const themes = {
  light: "Default Light Modern",
  dark: "Default Dark Modern",
  contrast: "Default High Contrast",
} as const

export type Theme = keyof typeof themes

/** Switches the colour theme, and waits until the page wears it. */
export async function setTheme(theme: Theme): Promise<void> {
  const kind = { light: "Light", dark: "Dark", contrast: "HighContrast" } as const
  await vscode.workspace
    .getConfiguration("workbench")
    .update("colorTheme", themes[theme], vscode.ConfigurationTarget.Global)
  for (
    let tries = 0;
    tries < 100 && vscode.window.activeColorTheme.kind !== vscode.ColorThemeKind[kind[theme]];
    tries++
  ) {
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  // Webviews get their colours a little later.
  await new Promise((resolve) => setTimeout(resolve, 500))
}
