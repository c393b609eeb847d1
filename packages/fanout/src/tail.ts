import { redact } from "@llorch/core";

const KEPT_BYTES = 64 * 1024;
const SHOWN_CHARACTERS = 4000;

/** The end of a stream that may be long. */
export type Tail = {
	push(bytes: Uint8Array): void;
	/** As it came. */
	bytes(): Uint8Array;
	/** The same as text: for reading why a call failed. */
	text(): string;
	/** For people and files: the last lines without control characters and secrets. */
	shown(): string;
};

/** Keeps the last 64 KiB of what is pushed. */
export function keepTail(): Tail {
	let held = Buffer.alloc(0);
	const text = () => new TextDecoder().decode(held);
	return {
		push(bytes) {
			held = Buffer.concat([held, bytes]).subarray(-KEPT_BYTES);
		},
		bytes: () => held,
		text,
		shown: () => redact(text()).slice(-SHOWN_CHARACTERS),
	};
}
