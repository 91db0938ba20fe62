/** The keys by which each control is worked. */
const keys: Readonly<Record<string, readonly string[]>> = {
  BUTTON: ["Enter", " "],
  SUMMARY: ["Enter", " "],
  // A picture that is wider than its place.
  DIV: ["ArrowLeft", "ArrowRight"],
  INPUT: ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "PageUp", "PageDown"],
}

/**
 * A listener for `keydown` around controls of ours. VS Code's webviews hand every key on to the workbench (index.html of
 * its webview), where Enter edits the selected cell, and a second one writes into it.
 */
export function keepKeys(event: KeyboardEvent): void {
  const { target, key } = event
  if (target instanceof Element && keys[target.tagName]?.includes(key)) event.stopPropagation()
}
