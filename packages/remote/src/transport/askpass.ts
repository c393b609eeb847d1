import { constants } from "node:fs";
import { open, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Ask, hasCode, LlorchError, sanitize } from "@llorch/core";

// What ssh runs to ask: the question goes by a file, the answer, which may be a secret, through a pipe that only we and it may open.
const SCRIPT = `#!/bin/sh
cd "\${0%/*}" && mkfifo "answer.$$" || exit 1
printf %s "$1" >"asking.$$" && mv "asking.$$" "question.$$"
IFS= read -r answer <"answer.$$"
rm -f "answer.$$"
case $answer in
+*) printf '%s\\n' "\${answer#+}" ;;
*) exit 1 ;;
esac
`;

const LOOK_MS = 50;

/** Lets the system's ssh ask through us. */
export type Askpass = {
	/** To be added to its environment. */
	env: Readonly<Record<string, string>>;
	/** To be called once it asks no more. */
	stop(): void;
};

/** @param folder nobody but us may look into it */
export async function openAskpass(
	folder: string,
	options: { host: string; ask: Ask; signal: AbortSignal },
): Promise<Askpass> {
	const program = join(folder, "ask");
	await writeFile(program, SCRIPT, { mode: 0o700 });
	const over = new AbortController();
	const signal = AbortSignal.any([over.signal, options.signal]);
	const watch = async () => {
		for (let count = 1; !signal.aborted; await sleep(LOOK_MS))
			for (const name of await readdir(folder)) {
				const id = /^question\.(\d+)$/.exec(name)?.[1];
				if (id === undefined) continue;
				const path = join(folder, name);
				const text = await readFile(path, "utf8");
				await rm(path);
				const answer = await answerTo(text, `ssh:${count++}`, options, signal);
				await give(join(folder, `answer.${id}`), answer, signal);
			}
	};
	// When it cannot go on, ssh gets no answer and says what it lacks.
	watch().catch(() => {});
	return {
		env: {
			SSH_ASKPASS: program,
			SSH_ASKPASS_REQUIRE: "force",
			// OpenSSH before 8.4 asks a program only where it believes in a screen.
			DISPLAY: ":0",
		},
		stop: () => over.abort(),
	};
}

async function answerTo(
	question: string,
	id: string,
	{ host, ask }: { host: string; ask: Ask },
	signal: AbortSignal,
): Promise<string | undefined> {
	const text = sanitize(question).trim();
	const confirms = /\(yes\/no(\/\[fingerprint\])?\)\?$/.exec(text);
	try {
		const { value } = await ask(
			confirms === null
				? { id, kind: "secret", text, host }
				: {
						id,
						kind: "confirm",
						text: text.slice(0, confirms.index).trim(),
						host,
					},
			{ signal },
		);
		if (confirms !== null) return value === true ? "yes" : undefined;
		return String(value);
	} catch (error) {
		if (error instanceof LlorchError) return undefined;
		throw error;
	}
}

/** The script opens its end a moment after it has asked. */
async function give(
	path: string,
	answer: string | undefined,
	signal: AbortSignal,
): Promise<void> {
	while (!signal.aborted)
		try {
			const pipe = await open(path, constants.O_WRONLY | constants.O_NONBLOCK);
			await pipe.writeFile(answer === undefined ? "-\n" : `+${answer}\n`);
			return await pipe.close();
		} catch (error) {
			if (!hasCode(error, "ENXIO")) throw error;
			await sleep(LOOK_MS);
		}
}
