export { type Accepts, describeNeed } from "./describe-type.ts";
export { configErrors } from "./errors.ts";
export { readNumberText } from "./number-text.ts";
