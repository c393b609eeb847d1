import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The root of the workspace. */
export const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** A tool that the workspace installed. */
export const tool = (name: string) => join(root, "node_modules", ".bin", name);
