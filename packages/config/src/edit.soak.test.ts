import { parse } from "smol-toml";
import { expect, test } from "vitest";
import { editConfigText } from "./edit.ts";

type Data = { [key: string]: unknown };

/** The same numbers for the same seed, each below `count`. (Mulberry32.) */
function createRandom(seed: number) {
	let state = seed;
	return (count: number) => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) % count;
	};
}

function createWriter(random: (count: number) => number) {
	const pick = <T>(list: readonly T[]) => list[random(list.length)] as T;
	const times = <T>(count: number, make: () => T) =>
		Array.from({ length: count }, make);
	const key = () => pick(["a", "b", "c", '"q k"', "'l'", '"é"']);
	const dotted = () =>
		times(1 + (random(3) === 0 ? random(3) : 0), key).join(pick([".", " . "]));
	const value = (depth: number): string => {
		const simple = ["7", '"s # x"', "'l'", "true", '"""m\nl # no"""'];
		const kind = depth > 2 ? 0 : random(4);
		if (kind < 2) return pick(simple);
		if (kind === 2)
			return `[${times(random(3), () => value(depth + 1)).join(", ")}${pick(["", " # c\n"])}]`;
		const pairs = times(random(3), () => `${dotted()} = ${value(depth + 1)}`);
		const last = pairs.length === 0 ? "" : pick(["", ",", ", # c\n"]);
		return `{${pick(["", " ", "\n"])}${pairs.join(pick([", ", ",\n"]))}${last}}`;
	};
	const line = () =>
		pick([
			() => "",
			() => `# note ${random(1000)}`,
			() => `[${dotted()}]${pick(["", " # h"])}`,
			() => `  [[${dotted()}]]`,
			() => `${dotted()} = ${value(0)}`,
			() => `\t${dotted()}=${value(0)}${pick(["", " # t"])}`,
		])();
	return { pick, times, line };
}

function parses(text: string): boolean {
	try {
		parse(text);
		return true;
	} catch {
		return false;
	}
}

/** Without empty tables: whether one stays when its last key goes depends on how it was written. */
function prune(value: unknown): unknown {
	if (typeof value !== "object" || value === null || Array.isArray(value))
		return JSON.parse(JSON.stringify(value));
	const members = Object.entries(value)
		.map(([key, member]) => [key, prune(member)] as const)
		.filter(([, member]) => JSON.stringify(member) !== "{}");
	return Object.fromEntries(members);
}

/** Does to the data what the edit does to the text; false where a path leads through something that is no table. */
function change(data: Data, path: readonly string[], value: unknown): boolean {
	const last = path.at(-1) ?? "";
	let table = data;
	for (const name of path.slice(0, -1)) {
		if (table[name] === undefined && value === undefined) return true;
		table[name] ??= {};
		if (typeof table[name] !== "object" || Array.isArray(table[name]))
			return value === undefined;
		table = table[name] as Data;
	}
	if (value === undefined) delete table[last];
	else table[last] = value;
	return true;
}

const ROUNDS = process.env.LLORCH_SOAK === "full" ? 20_000 : 400;

test("soak: whatever is written, an edit changes that value, nothing else, and no comment", async () => {
	const random = createRandom(20_240);
	const { pick, times, line } = createWriter(random);
	for (let round = 0; round < ROUNDS; round++) {
		let text = "";
		for (const next of times(random(14), line))
			if (parses(`${text}${next}\n`)) text += `${next}\n`;
		if (random(4) === 0) text = text.replaceAll("\n", "\r\n");
		const names = ["a", "b", "c", "q k", "l", "é", "new", "x.y"];
		const path = times(1 + random(3), () => pick(names));
		const value = pick([
			undefined,
			8,
			"t\u007f\n",
			[1, { z: 1 }],
			{ n: 1, b: {} },
		]);
		const expected: Data = JSON.parse(JSON.stringify(parse(text)));
		const isPossible = change(expected, path, value);
		const edited = await editConfigText(text, [{ path, value }]).catch(
			(error) => error.info.code,
		);
		const told = JSON.stringify({ text, path, value, edited });
		if (!isPossible) {
			expect(edited, told).toBe("LLORCH_CONFIG_NOT_EDITABLE");
			continue;
		}
		expect(prune(parse(edited)), told).toEqual(prune(expected));
		expect(/\r\n/.test(text) && /[^\r]\n/.test(edited), told).toBe(false);
		if (value === undefined) continue;
		expect(await editConfigText(edited, [{ path, value }]), told).toBe(edited);
		if (parse(text)[path[0] ?? ""] !== undefined) continue;
		const notes = (each: string) => each.match(/# (note \d+|c|h|t)$/gm);
		expect(notes(edited), told).toEqual(notes(text));
	}
});
