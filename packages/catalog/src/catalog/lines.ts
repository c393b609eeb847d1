/** A place in a catalog file: an entry, one of its files, a key of either. All counted from 0. */
export type Spot = { model?: number; file?: number; key?: string };

/**
 * The line (from 1) of a spot in a catalog file, or of the nearest thing around it that has a line of its own. Reads
 * headers and keys at the beginning of lines, which is how catalogs are written; for anything else it says less.
 */
export function findLine(text: string, spot: Spot): number | undefined {
	const wanted = { model: spot.model ?? -1, file: spot.file ?? -1 };
	let model = -1;
	let file = -1;
	let nearest: number | undefined;
	for (const [index, line] of text.split("\n").entries()) {
		const header = /^\s*\[{1,2}\s*([\w.-]+)\s*\]/.exec(line)?.[1];
		if (header === "model") {
			model++;
			file = -1;
		} else if (header === "model.files") file++;
		if (model > wanted.model) break;
		if (model < wanted.model) continue;
		if (header === "model") nearest = index + 1;
		if (file > wanted.file) break;
		if (file < wanted.file) continue;
		if (header === "model.files") nearest = index + 1;
		const key = /^\s*((?:[\w-]+\s*\.\s*)*[\w-]+)\s*=/.exec(line)?.[1];
		const name = header ?? key?.replaceAll(/\s/g, "");
		if (name !== undefined && name === spot.key) return index + 1;
	}
	return nearest;
}
