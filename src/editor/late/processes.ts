// A bundle of its own, loaded with the first cell that runs.
export { startCluster } from "../../process/cluster"
export { readConnectionFile } from "../../process/connectionFile"
export { connectControl } from "../../process/control"
export { KernelEndedError, startKernel } from "../../process/kernel"
export { parseFault } from "../../process/parseFault"
