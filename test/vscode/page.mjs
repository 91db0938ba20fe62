import { mkdirSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import { join } from "node:path"

/** The size that every screenshot is judged at. */
const viewport = { width: 1400, height: 900 }

/**
 * Lends the browser's page to the suite, which runs in the extension host and sees no DOM: loopback HTTP, one JSON
 * call a request. `test/vscode/suite/page.ts` is the other end.
 */
export async function servePage(browser, results) {
  const page = await browser.newPage({ viewport })
  const problems = []
  page.on("pageerror", (error) => problems.push(String(error)))
  let phase = 1
  let reloading = false
  let finish
  const done = new Promise((resolve) => {
    finish = resolve
  })
  const totals = { passed: 0, failed: 0, skipped: [], failures: [] }
  const painting = watchPainting(page)

  const calls = {
    phase: () => phase,
    log: (text) => console.log(text),
    workbench: (expression) => page.evaluate(expression),
    notebook: (expression) => inNotebook(page, expression),
    queryDeep: (selector) => inNotebook(page, queryDeepExpression(selector)),
    clickDeep: (selector) => clickDeep(page, selector),
    click: (selector) => page.click(selector, { timeout: 10_000 }),
    press: (keys) => page.keyboard.press(keys),
    type: (text) => page.keyboard.type(text),
    screenshot: (name) => screenshot(page, results, name),
    // A list of VS Code takes a notch at a time: about 50 pixels, however far the wheel is turned.
    async wheel(notches) {
      await page.mouse.move(viewport.width / 2, viewport.height / 2)
      for (let notch = 0; notch < Math.abs(notches); notch++) await page.mouse.wheel(0, Math.sign(notches) * 120)
    },
    media: (features) => page.emulateMedia(features),
    /** From the next webview on: each tells by itself when it shows its first heading. */
    watchPainting: () => painting.start(),
    nextPainted: (sinceMs) => painting.next(sinceMs),
    async count({ passed, failed, skipped, failures }) {
      totals.passed += passed
      totals.failed += failed
      totals.skipped.push(...skipped)
      totals.failures.push(...failures)
      writeFileSync(join(results, "totals.json"), JSON.stringify(totals, null, 2))
    },
    problems: () => problems,
    /** The window goes and comes back; the companion extension then runs the next phase of the suite. */
    reload() {
      phase += 1
      reloading = true
      setTimeout(() => page.reload(), 50)
    },
  }

  const server = createServer((request, response) => {
    let body = ""
    request.on("data", (part) => {
      body += part
    })
    request.on("end", async () => {
      const answer = (status, value) => response.writeHead(status).end(JSON.stringify(value ?? null))
      if (request.url === "/ended") {
        answer(200)
        const { error } = JSON.parse(body)
        if (error) {
          console.log(error)
          await screenshot(page, results, `failed-phase-${phase}`)
        }
        // A phase that asked for a reload is not the last one.
        if (error || !reloading) finish(error ? 1 : totals.failed)
        reloading = false
        return
      }
      try {
        const { method, argument } = JSON.parse(body)
        answer(200, await calls[method](argument))
      } catch (error) {
        answer(500, String(error.message))
      }
    })
  })
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve))
  return {
    address: `http://127.0.0.1:${server.address().port}`,
    done,
    open: (address) => page.goto(address),
    saveEvidence: (name) => screenshot(page, results, name).catch((error) => console.log(error.message)),
    close: () => server.close(),
  }
}

/**
 * When a notebook's webview has painted its first heading, as the page itself sees it: asking it from outside every few
 * milliseconds takes the time that is to be measured.
 */
function watchPainting(page) {
  const painted = []
  const waiting = new Set()
  let started
  return {
    start() {
      started ??= page
        .exposeBinding("logbookPainted", (_, atMs) => {
          painted.push(atMs)
          for (const look of waiting) look()
        })
        .then(() => page.addInitScript(reportFirstHeading))
      return started
    },
    next: (sinceMs) =>
      new Promise((resolve) => {
        const look = () => {
          const atMs = painted.find((at) => at >= sinceMs)
          if (atMs === undefined) return
          waiting.delete(look)
          resolve(atMs)
        }
        waiting.add(look)
        look()
      }),
  }
}

/** Runs in every frame before its own scripts; the workbench itself shows no notebook's headings. */
function reportFirstHeading() {
  if (window === window.top) return
  const isSeen = (heading) => {
    const { top, width, height } = heading.getBoundingClientRect()
    return top >= 0 && width > 0 && height > 0 && heading.checkVisibility({ visibilityProperty: true })
  }
  // Each markdown cell is a shadow root.
  const headings = () =>
    [...document.querySelectorAll("#container .preview")].flatMap((cell) => [
      ...(cell.shadowRoot?.querySelectorAll("h1, h2") ?? []),
    ])
  let asked
  const look = () => {
    if (!headings().some(isSeen)) {
      asked = requestAnimationFrame(look)
      return
    }
    clearInterval(askingAgain)
    // What stands there before a frame is on the screen at the next one.
    requestAnimationFrame(() => window.logbookPainted?.(Date.now()))
  }
  // VS Code writes its page into the empty one with `document.open`, which forgets the frames that were asked for.
  const askingAgain = setInterval(() => {
    cancelAnimationFrame(asked)
    asked = requestAnimationFrame(look)
  }, 100)
  look()
}

async function screenshot(page, results, name) {
  mkdirSync(results, { recursive: true })
  await page.screenshot({ path: join(results, `${name}.png`) })
}

/** Evaluates in the webview that holds a notebook's markdown cells and outputs. */
async function inNotebook(page, expression) {
  const frame = await notebookFrame(page)
  if (!frame) throw new Error("No notebook webview is open.")
  return await frame.evaluate(expression)
}

/** The one in front: VS Code keeps the webview of a notebook that was closed for a while. */
async function notebookFrame(page) {
  let hidden
  for (const frame of page.frames()) {
    const found = await frame
      .evaluate(`!!document.querySelector("#container .preview, #container .cell_container, .output_container")`)
      .catch(() => false)
    if (found && (await isInFront(frame))) return frame
    if (found) hidden ??= frame
  }
  return hidden
}

async function isInFront(frame) {
  for (let inner = frame; inner.parentFrame(); inner = inner.parentFrame()) {
    const isVisible = await inner
      .frameElement()
      .then((element) => element.isVisible())
      .catch(() => false)
    if (!isVisible) return false
  }
  return true
}

async function clickDeep(page, selector) {
  const frame = await notebookFrame(page)
  if (!frame) throw new Error("No notebook webview is open.")
  // Playwright's CSS engine pierces open shadow roots by itself.
  await frame.locator(selector).first().click({ timeout: 10_000 })
}

/** Each markdown cell is a shadow root: a search has to walk into them. */
function queryDeepExpression(selector) {
  return `(() => {
    const found = []
    const walk = (root) => {
      for (const element of root.querySelectorAll(${JSON.stringify(selector)})) found.push(element)
      for (const element of root.querySelectorAll("*")) if (element.shadowRoot) walk(element.shadowRoot)
    }
    walk(document)
    globalThis.logbookSeen ??= new Map()
    return found.map((element) => {
      if (!globalThis.logbookSeen.has(element)) globalThis.logbookSeen.set(element, globalThis.logbookSeen.size + 1)
      const box = element.getBoundingClientRect()
      return {
        identity: globalThis.logbookSeen.get(element),
        text: element.textContent ?? "",
        html: element.outerHTML.slice(0, 2000),
        visible: box.width > 0 && box.height > 0 && getComputedStyle(element).display !== "none",
        height: box.height,
      }
    })
  })()`
}
