export { configErrors } from "./errors.ts";
