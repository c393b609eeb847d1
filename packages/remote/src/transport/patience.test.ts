import { setTimeout as delay } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { createPatience } from "./patience.ts";

test("ends when the host has had its time", async () => {
	const expired = vi.fn();
	createPatience(0.1).start(expired);
	await vi.waitFor(() => expect(expired).toHaveBeenCalledOnce());
	await delay(150);
	expect(expired).toHaveBeenCalledOnce();
});

test("waits while it is our turn, and then as long again", async () => {
	const patience = createPatience(0.1);
	const expired = vi.fn();
	patience.start(expired);
	await patience.pauseFor(Promise.all([delay(150), delay(300)]));
	expect(expired).not.toHaveBeenCalled();
	await vi.waitFor(() => expect(expired).toHaveBeenCalledOnce());
});

test("what comes while we are busy is not late", async () => {
	const patience = createPatience(0.1);
	const expired = vi.fn();
	patience.start(expired);
	const until = performance.now() + 300;
	while (performance.now() < until);
	// The next turn of the event loop looks at timers first, then at what has come.
	await new Promise(setImmediate);
	expect(expired).not.toHaveBeenCalled();
	patience.stop();
	await delay(200);
	expect(expired).not.toHaveBeenCalled();
});
