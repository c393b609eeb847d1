import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { claimPort } from "./port.ts";

async function folder() {
	const path = await mkdtemp(join(tmpdir(), "ports "));
	onTestFinished(() => rm(path, { recursive: true, force: true }));
	return join(path, "made");
}

test("free ports, each for one only", async () => {
	const ports = await folder();
	const claims = await Promise.all(
		Array.from({ length: 8 }, () => claimPort(ports)),
	);
	expect(new Set(claims.map(({ port }) => port)).size).toBe(8);
	for (const { release } of claims) await release();
});

test("a port that was asked for is claimed once, and again after its release", async () => {
	const ports = await folder();
	const free = await claimPort(ports);
	await free.release();
	const claim = await claimPort(ports, free.port);
	expect(claim.port).toBe(free.port);
	await expect(claimPort(ports, free.port)).rejects.toMatchObject({
		info: { code: "LLORCH_PORT_TAKEN", details: { port: free.port } },
	});
	await claim.release();
	await (await claimPort(ports, free.port)).release();
});

test("a port that something listens on is taken, and stays unclaimed", async () => {
	const ports = await folder();
	const server = createServer().listen(0, "127.0.0.1");
	await once(server, "listening");
	const { port } = server.address() as { port: number };
	await expect(claimPort(ports, port)).rejects.toThrow(
		`port ${port} is in use`,
	);
	server.close();
	await once(server, "close");
	await (await claimPort(ports, port)).release();
});
