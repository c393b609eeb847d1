import { randomInt } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { soakCount } from "@llorch/testkit";
import { expect, test } from "vitest";
import {
	bytesOf,
	expectReady,
	inTheMiddle,
	isThere,
	type ModelFile,
	openModels,
	rangeStart,
	sha256Of,
	tinyllama,
} from "./models.fixture.ts";

const KILLS = soakCount(3, 20);
const SIZE = 34_000_000;
/** The unit in which the store writes. */
const BUFFER = 512 * 1024;
/** What can be between the hub and the disk: the buffers of both sockets (tcp_wmem, tcp_rmem), and those of the store. */
const ON_THE_WAY = 20 * 1024 * 1024;
const DOWNLOAD = "models download tinyllama";

test(
	`soak: a download killed with kill -9 at ${KILLS} random points goes on where the disk ends, each time`,
	async () => {
		for (let kill = 0; kill < KILLS; kill++) {
			const { hub, llorch, file } = await openModels(tinyllama(SIZE));
			const model = file("tinyllama");
			// A tenth of a second before the end at the latest, so that there is something to kill.
			const point = randomInt(1, SIZE - 8_000_000);
			hub.fault({ bytesPerSecond: 80_000_000 });
			const killed = llorch.start(DOWNLOAD);
			const body = await inTheMiddle(
				killed,
				hub.waitFor(({ bytesSent }) => bytesSent >= point),
			);
			killed.kill("SIGKILL");
			expect(await killed.done).toMatchObject({ signal: "SIGKILL" });
			const kept = await bytesOf(model.partial);
			const where = `killed at ${point}, with ${kept} on the disk`;
			expect(body.bytesSent - kept, where).toBeLessThan(ON_THE_WAY);
			expect(await isThere(model.link), where).toBe(false);

			hub.clearFaults();
			hub.forget();
			const next = await llorch(DOWNLOAD);
			expect(next, where).toMatchObject({
				stdout: `tinyllama\tdownloaded\t34.0 MB\t${model.link}\n`,
				code: 0,
			});
			const bodies = hub.bodies();
			expect(bodies.length, where).toBe(1);
			const start = rangeStart(bodies[0]);
			expect(start, where).toBeLessThanOrEqual(kept);
			expect(kept - start, where).toBeLessThanOrEqual(BUFFER);
			expect(bodies[0]?.bytesSent, where).toBe(SIZE - start);
			await expectReady(model);
		}
	},
	60_000 + KILLS * 5_000,
);

/** Whatever has a final name has the right bytes. */
async function expectNothingWrong(model: ModelFile): Promise<void> {
	for (const path of [model.blob, model.snapshot, model.link])
		if (await isThere(path)) expect(await sha256Of(path)).toBe(model.sha256);
}

test(
	`soak: ${KILLS} kills at any instant, from the start to the last link, leave nothing wrong and nothing in the way`,
	async () => {
		const { hub, llorch, file, world } = await openModels(tinyllama(SIZE));
		const model = file("tinyllama");
		const began = performance.now();
		expect(await llorch(DOWNLOAD)).toMatchObject({ code: 0 });
		const whole = performance.now() - began;
		expect(await llorch("models delete tinyllama --force")).toMatchObject({
			code: 0,
		});
		expect(await isThere(world.path(".test-models"))).toBe(false);

		for (let kill = 0; kill < KILLS; kill++) {
			const run = llorch.start(DOWNLOAD);
			await delay(Math.random() * whole);
			run.kill("SIGKILL");
			await run.done;
			await expectNothingWrong(model);
		}
		hub.forget();
		expect(await llorch(DOWNLOAD)).toMatchObject({ code: 0 });
		expect(hub.bodies().length).toBeLessThanOrEqual(1);
		await expectReady(model);
		expect(await llorch("models verify tinyllama")).toMatchObject({ code: 0 });
	},
	60_000 + KILLS * 5_000,
);
