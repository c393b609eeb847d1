import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { realPart } from "@llorch/testkit/parts";

export type StaticHub = { url: string; close(): Promise<void> };

export type ServedFile = {
	repo: string;
	revision: string;
	path: string;
	/** On disk. */
	file: string;
	bytes: number;
	sha256: string;
};

/**
 * One file of a hub, served by nginx: fast enough that the client is what is measured, and the same server for every client.
 * Speaks just enough of the dialect for llorch and `hf`: the headers of `/resolve/`.
 */
export async function startStaticHub(
	folder: string,
	served: ServedFile,
): Promise<StaticHub> {
	const port = await freePort();
	const prefix = join(folder, "nginx");
	mkdirSync(prefix, { recursive: true });
	const config = join(prefix, "nginx.conf");
	writeFileSync(
		config,
		`daemon off;
worker_processes 1;
pid "${prefix}/nginx.pid";
error_log "${prefix}/error.log";
user root;
events {}
http {
	access_log off;
	sendfile on;
	server {
		listen 127.0.0.1:${port};
		location = /${served.repo}/resolve/${served.revision}/${served.path} {
			alias "${served.file}";
			etag off;
			add_header X-Repo-Commit ${served.revision};
			add_header X-Linked-Etag '"${served.sha256}"';
			add_header X-Linked-Size ${served.bytes};
			add_header ETag '"${served.sha256}"';
		}
	}
}
`,
	);
	const child = spawn(realPart("nginx"), ["-p", prefix, "-c", config], {
		stdio: "ignore",
	});
	await listening(port, child);
	return {
		url: `http://127.0.0.1:${port}`,
		close: () =>
			new Promise((resolve) => {
				child.once("close", () => resolve());
				child.kill("SIGTERM");
			}),
	};
}

function freePort(): Promise<number> {
	return new Promise((resolve, reject) => {
		const server = createServer().on("error", reject);
		server.listen(0, "127.0.0.1", () => {
			const address = server.address();
			server.close(() =>
				resolve(
					typeof address === "object" && address !== null ? address.port : 0,
				),
			);
		});
	});
}

async function listening(port: number, child: ChildProcess): Promise<void> {
	for (let look = 0; look < 100; look++) {
		if (child.exitCode !== null) throw new Error("nginx ended at once");
		const open = await new Promise<boolean>((resolve) => {
			const socket = connect(port, "127.0.0.1", () => {
				socket.destroy();
				resolve(true);
			}).on("error", () => resolve(false));
		});
		if (open) return;
		await new Promise((resolve) => setTimeout(resolve, 20));
	}
	throw new Error("nginx does not listen");
}
