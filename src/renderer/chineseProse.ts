import type { Board } from "./board"

/** Code and blocks of ours: code stays as it is written, and our blocks speak for themselves. */
const apart = "code, pre, logbook-live, logbook-sequence, logbook-question, logbook-hints"

/** Writes the Chinese prose beside the marker in the reader's script, and back; answers how to stop. */
export function followScript(marker: HTMLElement, board: Board): () => void {
  marker.hidden = true
  const root = marker.getRootNode()
  const scope = root instanceof ShadowRoot ? root : marker.parentElement
  const written = new Map<Text, string>()
  const update = () => {
    if (!scope || (board.language !== "zh-tw" && written.size === 0)) return
    for (const prose of scope.querySelectorAll<HTMLElement>('div[lang="zh"]')) {
      for (const text of textsOf(prose)) {
        const original = written.get(text) ?? text.data
        written.set(text, original)
        text.data = board.inScript(original)
      }
      // On the children: the style sheet finds the block by its own language. Glyphs differ between the scripts.
      for (const child of prose.children) {
        if (board.language === "zh-tw") child.setAttribute("lang", "zh-Hant")
        else child.removeAttribute("lang")
      }
    }
  }
  update()
  return board.onChange((change) => {
    if (change === "language") update()
  })
}

function textsOf(prose: HTMLElement): Text[] {
  const walker = document.createTreeWalker(prose, NodeFilter.SHOW_TEXT)
  const texts: Text[] = []
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.parentElement?.closest(apart)) texts.push(node as Text)
  }
  return texts
}
