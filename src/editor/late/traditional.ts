// A bundle of its own, loaded for those who read 繁體: its dictionary is a megabyte.
export { toTraditional } from "../../l10n/traditional"
