export { gitErrors } from "./errors.ts";
export { type GitSettings, gitSection } from "./section.ts";
