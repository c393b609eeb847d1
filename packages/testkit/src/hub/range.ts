/** The part of a file that is asked for, the end not included; `undefined`: all of it (RFC 9110 §14.2: what is not understood is ignored). */
export type AskedRange = { start: number; end: number } | "unsatisfiable";

export function parseRange(
	header: string | undefined,
	size: number,
): AskedRange | undefined {
	const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? "");
	if (match === null) return undefined;
	const [, first = "", last = ""] = match;
	if (first === "" && last === "") return undefined;
	if (first === "") {
		const length = Math.min(Number(last), size);
		return length === 0 ? "unsatisfiable" : { start: size - length, end: size };
	}
	const start = Number(first);
	if (start >= size) return "unsatisfiable";
	if (last === "") return { start, end: size };
	if (Number(last) < start) return undefined;
	return { start, end: Math.min(Number(last) + 1, size) };
}
