import { expect, test } from "vitest";
import { systemClock } from "./clock.ts";

test("the system's clock tells the time and sleeps", async () => {
	const before = Date.now();
	const start = performance.now();
	await systemClock.sleep(20, new AbortController().signal);
	expect(performance.now() - start).toBeGreaterThanOrEqual(19);
	expect(systemClock.now()).toBeGreaterThanOrEqual(before);
});

test("a sleep ends with the signal's reason", async () => {
	const reason = new Error("enough");
	await expect(
		systemClock.sleep(60_000, AbortSignal.abort(reason)),
	).rejects.toBe(reason);
	const controller = new AbortController();
	const sleeping = systemClock.sleep(60_000, controller.signal);
	controller.abort(reason);
	await expect(sleeping).rejects.toBe(reason);
});
