/** Goes into the shadow root of every markdown cell: it names only what is ours. */
export const proseStyle = `
div[lang="en"] { display: var(--logbook-en, revert); }
div[lang="zh"] { display: var(--logbook-zh, revert); }
div[lang="en"]:has(+ div[lang="zh"]) { display: var(--logbook-en, var(--logbook-guess-en, revert)); }
div[lang="en"] + div[lang="zh"] { display: var(--logbook-zh, var(--logbook-guess-zh, revert)); }
.logbook-sample > div { display: var(--logbook-both, none) !important; }
.logbook-sample > div[lang="en"] { display: var(--logbook-en-alone, var(--logbook-guess-en, block)) !important; }
.logbook-sample > div[lang="zh"] { display: var(--logbook-zh-alone, var(--logbook-guess-zh, block)) !important; }
div[lang] > :is(p, ul, ol, blockquote) { max-width: 50em; line-height: 1.5; }
div[lang] > blockquote { box-sizing: border-box; margin-block: 12px; }
div[lang="zh"] em { font-style: normal; text-emphasis: dot; text-emphasis-position: under right; }
logbook-live, logbook-sequence, logbook-question, logbook-hints { display: block; margin: 12px 0; }
.logbook-loading > * { visibility: hidden; max-height: 4em; overflow: hidden; }
.logbook-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.logbook-picture {
  box-sizing: border-box; max-width: 100%; position: relative; padding: 8px 12px; overflow-x: auto;
  border: 1px solid var(--vscode-notebook-cellBorderColor, var(--vscode-panel-border, transparent));
  border-radius: 4px; background: var(--vscode-editor-background);
}
.logbook-picture:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: -1px; }
.logbook-picture > p { margin: 4px 0; color: var(--vscode-descriptionForeground); white-space: pre-wrap; }
.logbook-picture > pre { margin: 4px 0; font-family: var(--vscode-editor-font-family); color: var(--vscode-errorForeground); overflow-x: auto; }
.logbook-canvas svg { display: block; margin: 0 auto; height: auto; }
.logbook-canvas svg text, .logbook-canvas svg tspan { fill: var(--vscode-foreground) !important; }
.logbook-canvas svg .messageText { paint-order: stroke; stroke: var(--vscode-editor-background) !important; stroke-width: 5px; }
.logbook-canvas .node :is(rect, path, polygon, circle) {
  fill: var(--vscode-editorWidget-background) !important;
  stroke: var(--vscode-descriptionForeground) !important; stroke-width: 1px !important;
}
.logbook-canvas .node.readable rect { stroke: var(--vscode-charts-blue) !important; stroke-width: 1.5px !important; }
.logbook-canvas .node.open rect { stroke: var(--vscode-charts-purple) !important; stroke-dasharray: 6 2 !important; }
.logbook-canvas .node.unacknowledged rect { stroke: var(--vscode-charts-yellow) !important; stroke-dasharray: 3 2 !important; }
.logbook-canvas .node.empty rect { fill: none !important; }
.logbook-canvas .node:is(.next, .more, .gone) rect { fill: none !important; stroke-dasharray: 2 3 !important; }
.logbook-canvas .node.aborted rect { fill: none !important; stroke: var(--vscode-charts-red) !important; stroke-dasharray: 6 2 !important; }
.logbook-canvas .node.marker polygon { stroke: var(--vscode-foreground) !important; stroke-width: 2px !important; }
.logbook-canvas .node.text rect { fill: none !important; stroke: none !important; }
.logbook-canvas .node.mark tspan { fill: var(--vscode-descriptionForeground) !important; }
.logbook-canvas .cluster rect {
  fill: none !important; stroke: var(--vscode-panel-border, var(--vscode-descriptionForeground)) !important;
}
.logbook-canvas :is(.flowchart-link, .messageLine0, .messageLine1, .actor-line) {
  stroke: var(--vscode-descriptionForeground) !important;
}
.logbook-canvas .actor-line { stroke-width: 1px !important; }
.logbook-canvas .marker, .logbook-canvas marker path { fill: var(--vscode-descriptionForeground) !important; stroke: none !important; }
.logbook-canvas .edgeLabel rect, .logbook-canvas .labelBkg { fill: var(--vscode-editor-background) !important; opacity: 1 !important; }
.logbook-canvas :is(rect.actor, rect.note) { fill: var(--vscode-editorWidget-background) !important; stroke: var(--vscode-descriptionForeground) !important; }
.logbook-canvas svg .main > .background { fill: none !important; }
.logbook-canvas svg .plot rect { fill: var(--vscode-charts-blue) !important; stroke: none !important; }
.logbook-canvas svg .plot path { stroke: var(--vscode-charts-blue) !important; stroke-width: 2px !important; }
.logbook-canvas svg :is(.axis-line, .ticks) path { stroke: var(--vscode-descriptionForeground) !important; }
.logbook-controls { display: flex; flex-wrap: wrap; gap: 4px 16px; align-items: baseline; font-size: 0.85em; margin-top: 4px; }
.logbook-controls [hidden] { display: none; }
.logbook-timeline { display: flex; gap: 8px; align-items: center; }
.logbook-timeline input { accent-color: var(--vscode-focusBorder); }
.logbook-controls button {
  font: inherit; padding: 1px 8px; margin: 2px 4px 2px 0; border-radius: 3px; cursor: pointer;
  color: var(--vscode-button-secondaryForeground); background: var(--vscode-button-secondaryBackground);
  border: 1px solid var(--vscode-button-border, transparent);
}
.logbook-controls button:hover { background: var(--vscode-button-secondaryHoverBackground); }
.logbook-controls :is(button, input, summary):focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 1px; }
.logbook-faults summary { cursor: pointer; color: var(--vscode-descriptionForeground); }
.logbook-canvas .node:is(.leader, .member, .now) rect { stroke: var(--vscode-charts-blue) !important; stroke-width: 2px !important; }
.logbook-canvas .node:is(.outofsync, .fault, .unowned) :is(rect, path) { stroke: var(--vscode-charts-yellow) !important; stroke-dasharray: 4 3 !important; }
.logbook-canvas .node:is(.away, .dead, .stopped, .paused, .fenced) rect {
  stroke: var(--vscode-charts-red) !important; stroke-dasharray: 2 3 !important; fill: none !important;
}
.logbook-canvas .node.waiting rect { stroke: var(--vscode-charts-yellow) !important; }
.logbook-canvas .node.idle rect { stroke-dasharray: 2 3 !important; fill: none !important; }
.logbook-compare { display: flex !important; flex-wrap: wrap; gap: 12px; }
.logbook-compare > div { flex: 1 1 320px; min-width: 0; max-width: 100%; }
.logbook-compare > div > h4 { margin: 0 0 4px; }
.logbook-difference { flex-basis: 100%; margin: 4px 0; }
.logbook-question { box-sizing: border-box; max-width: 50em; margin: 12px 0; padding: 8px 14px 12px; border-left: 3px solid var(--vscode-textLink-foreground); background: var(--vscode-textBlockQuote-background); }
.logbook-question h4 { margin: 0 0 4px; font-size: 0.85em; font-weight: 600; color: var(--vscode-descriptionForeground); }
.logbook-question p { margin: 4px 0; }
.logbook-question .logbook-options { display: flex; flex-direction: column; gap: 4px; margin: 8px 0 4px; align-items: flex-start; }
.logbook-question button {
  font: inherit; text-align: left; padding: 4px 10px; border-radius: 3px; cursor: pointer;
  color: var(--vscode-foreground); background: transparent;
  border: 1px solid var(--vscode-button-border, var(--vscode-panel-border, var(--vscode-descriptionForeground)));
}
.logbook-question button:hover { background: var(--vscode-list-hoverBackground); }
.logbook-question button:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 1px; }
.logbook-question button[aria-pressed="true"] { border-color: var(--vscode-focusBorder); background: var(--vscode-list-inactiveSelectionBackground); }
.logbook-question .logbook-plain { border: none; padding: 2px 4px; color: var(--vscode-textLink-foreground); }
.logbook-question .logbook-feedback { font-weight: 500; }
ul.logbook-check { list-style: none; margin: 0; padding: 2px 0; }
.logbook-check li { padding: 1px 0; color: var(--vscode-foreground); }
.logbook-check li.passed::first-letter { color: var(--vscode-testing-iconPassed, var(--vscode-foreground)); }
.logbook-check li.failed { color: var(--vscode-errorForeground); }
.logbook-waiting, .logbook-note { margin: 0; padding: 2px 0; color: var(--vscode-descriptionForeground); }
.logbook-error { border-left: 3px solid var(--vscode-errorForeground); padding: 2px 12px; }
.logbook-error p { margin: 4px 0; }
.logbook-error-title { color: var(--vscode-errorForeground); font-weight: 600; white-space: pre-wrap; }
.logbook-error pre { margin: 4px 0; font-family: var(--vscode-editor-font-family); font-size: var(--vscode-editor-font-size); overflow-x: auto; }
.logbook-error summary { cursor: pointer; color: var(--vscode-descriptionForeground); }
@media (prefers-reduced-motion: no-preference) {
  .logbook-canvas .node.readable rect { transition: stroke 120ms linear; }
}
`
