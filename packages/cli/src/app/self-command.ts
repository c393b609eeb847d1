/** The words that start this very llorch again: the compiled program, or the runtime and its entry (source, bundle). */
export function selfCommand(): string[] {
	const [, entry = ""] = process.argv;
	// In an executable made by Bun the entry is a name inside of it.
	return entry.startsWith("/$bunfs/")
		? [process.execPath]
		: [process.execPath, entry];
}
