// Runs in the notebook's webview, for the markdown of every notebook: touches only our own fences and `lang` blocks.
import type { ActivationFunction, RendererContext } from "vscode-notebook-renderer"
import type { FromRenderer, ToRenderer } from "../contract/renderer"
import { Board } from "./board"
import { followScript } from "./chineseProse"
import { keepHtmlOut, type MarkdownIt, markChineseProse, markOwnFences } from "./fences"
import { keepKeys } from "./keepKeys"
import { addLanguageStyle, guessLanguage, showLanguage } from "./languageStyle"
import { proseStyle } from "./style"

interface MarkdownRenderer {
  extendMarkdownIt(extend: (markdownIt: MarkdownIt) => void): void
}

/**
 * Extends VS Code's markdown renderer (`notebookRenderer` with `extends`). What draws is loaded with the first block
 * that is to be drawn.
 */
export const activate: ActivationFunction = async (context: RendererContext<unknown>) => {
  const markdown = (await context.getRenderer("vscode.markdown-it-renderer")) as unknown as MarkdownRenderer | undefined
  if (!markdown) throw new Error("VS Code's markdown renderer is missing.")
  addLanguageStyle(proseStyle)
  const board = new Board((message: FromRenderer) => context.postMessage?.(message))
  const takeBackGuess = guessLanguage()
  context.onDidReceiveMessage?.((message: ToRenderer) => {
    // Before anything else, and without waiting for it: this is all that switching the language takes.
    if (message.type === "language") showLanguage(message.language)
    board.receive(message)
  })
  defineElements(board)
  markdown.extendMarkdownIt(markOwnFences)
  markdown.extendMarkdownIt(keepHtmlOut)
  markdown.extendMarkdownIt(markChineseProse)
  void board.announce().then((isAnswered) => {
    if (!isAnswered) takeBackGuess()
  })
}

/** Custom elements learn by themselves that VS Code has put them on the page, or taken them off. */
function defineElements(board: Board): void {
  const define = (name: string, draw: (element: HTMLElement) => Promise<() => void>) => {
    if (customElements.get(name)) return
    customElements.define(
      name,
      class extends HTMLElement {
        #drawn: Promise<() => void> | undefined
        connectedCallback(): void {
          this.classList.add("logbook-loading")
          this.addEventListener("keydown", keepKeys)
          this.#drawn ??= draw(this).finally(() => this.classList.remove("logbook-loading"))
        }
        disconnectedCallback(): void {
          void this.#drawn?.then((dispose) => dispose())
          this.#drawn = undefined
        }
      },
    )
  }
  define("logbook-prose", async (element) => followScript(element, board))
  define("logbook-live", async (element) => (await import("./liveBlock")).drawLiveBlock(element, board))
  define("logbook-sequence", async (element) => (await import("./sequenceBlock")).drawSequenceBlock(element, board))
  define("logbook-hints", async (element) => (await import("./hintsBlock")).drawHintsBlock(element, board))
  define("logbook-question", async (element) => (await import("./questionBlock")).drawQuestionBlock(element, board))
}
