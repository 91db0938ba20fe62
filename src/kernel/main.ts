import { isMainThread } from "node:worker_threads"

// Runs in a child process of the editor or the command line: one kernel per lesson. The same bundle is the kernel's
// second thread and, forked with "worker", a process for the kit's `startWorker`. Each loads only what it needs.
if (!isMainThread) void import("./interruptThread").then(({ runInterruptThread }) => runInterruptThread())
else if (process.argv[2] === "worker") void import("./serveWorker").then(({ serveWorker }) => serveWorker())
else void import("./serveKernel").then(({ serveKernel }) => serveKernel())
