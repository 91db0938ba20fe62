import type { LocalizedText } from "../contract/language"
import { catalogueLanguage, translate, translateMessage } from "../l10n/catalogue"
import { parseQuestion, type Question } from "../lesson/question"
import type { Board } from "./board"
import { readInfo } from "./fences"
import { htmlLanguage } from "./languageStyle"

/** The reader did not want to guess. */
const SKIPPED = -1

/** Draws a `predict` or `quiz` block and passes the reader's choice to the host; answers how to stop. */
export function drawQuestionBlock(element: HTMLElement, board: Board): () => void {
  const { words, attributes } = readInfo(element.dataset.info ?? "")
  const kind = words[0] === "quiz" ? "quiz" : "predict"
  const { question, problems } = parseQuestion(kind, element.dataset.body ?? "", 1)
  const id = attributes.id ?? ""
  element.classList.add("logbook-question")
  element.setAttribute("role", "group")
  const redraw = () => {
    const focused = focusedIndex(element)
    if (question) element.replaceChildren(...drawQuestion(question, id, board))
    else {
      const words = catalogueLanguage(board.language)
      element.textContent = problems.map(({ message }) => translateMessage(words, message)).join("\n")
    }
    if (focused >= 0) element.querySelectorAll("button")[focused]?.focus()
  }
  redraw()
  return board.onChange((change) => {
    if (change === "language" || change === "progress") redraw()
  })
}

/** Drawing anew must not throw a keyboard reader out of the block. */
function focusedIndex(element: HTMLElement): number {
  const root = element.getRootNode()
  const active = root instanceof ShadowRoot ? root.activeElement : document.activeElement
  return active instanceof HTMLButtonElement ? [...element.querySelectorAll("button")].indexOf(active) : -1
}

function drawQuestion(question: Question, id: string, board: Board): HTMLElement[] {
  const words = catalogueLanguage(board.language)
  const choice = board.answers[id]
  const choose = (index: number) => board.post({ type: "answer", block: id, choice: index })
  const options = make("div", "logbook-options")
  question.options.forEach((option, index) => {
    const button = textElement("button", option.text, board)
    button.setAttribute("aria-pressed", String(choice === index))
    button.addEventListener("click", () => choose(index))
    options.append(button)
  })
  const title = make("h4", "", translate(words, question.kind === "quiz" ? "question.quiz" : "question.predict"))
  const parts = [title, textElement("p", question.text, board), options]
  if (question.kind === "quiz") parts.push(...feedback(question, choice, board))
  else parts.push(...outcome(question, id, choice, board, choose))
  return parts
}

function feedback(question: Question, choice: number | undefined, board: Board): HTMLElement[] {
  const chosen = choice === undefined ? undefined : question.options[choice]
  if (!chosen) return []
  const verdict = translate(catalogueLanguage(board.language), chosen.answer ? "question.right" : "question.wrong")
  const line = make("div", "logbook-feedback", `${chosen.answer ? "✓" : "✗"} ${verdict} `)
  line.setAttribute("role", "status")
  if (chosen.feedback) line.append(textElement("span", chosen.feedback, board))
  return [line]
}

/** A guess is never graded: it stands beside what happened, once that is known. */
function outcome(
  question: Question,
  id: string,
  choice: number | undefined,
  board: Board,
  choose: (index: number) => void,
): HTMLElement[] {
  const words = catalogueLanguage(board.language)
  if (choice === undefined) {
    const skip = make("button", "logbook-plain", translate(words, "question.skip"))
    skip.addEventListener("click", () => choose(SKIPPED))
    return [skip]
  }
  if (!board.revealed.includes(id)) return []
  const answers = question.options.filter(({ answer }) => answer).map(({ text }) => board.localized(text))
  const line = make("div", "logbook-feedback", translate(words, "question.outcome", { answer: answers.join(" / ") }))
  line.setAttribute("role", "status")
  return [line]
}

function textElement(name: string, text: LocalizedText, board: Board): HTMLElement {
  const element = make(name, "", board.localized(text))
  const lang = htmlLanguage(board.language)
  if (lang !== undefined) element.lang = lang
  return element
}

function make(name: string, className: string, text = ""): HTMLElement {
  const element = document.createElement(name)
  if (className !== "") element.className = className
  element.textContent = text
  return element
}
