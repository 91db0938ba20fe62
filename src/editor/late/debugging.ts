// A bundle of its own, loaded with the first cell that is debugged.
export { CellDebugger } from "../notebook/cellDebugger"
