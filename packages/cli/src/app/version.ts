import manifest from "../../package.json" with { type: "json" };

/** The released version; every file we write names it, and `--version` prints it. */
export const version: string = manifest.version;
