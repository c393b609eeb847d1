import { randomBytes } from "node:crypto";
import type { FaultList } from "./faults.ts";
import type { RepoFile } from "./repos.ts";
import { type Exchange, sendContent, sendFault, sendText } from "./send.ts";

type Ticket = {
	repo: string;
	file: RepoFile;
	/** GETs that are still allowed. */
	uses: number;
};

/** The server that LFS files come from: knows no tokens, only the signed addresses that the hub handed out. */
export class Cdn {
	/** Set once the server listens. */
	origin = "";
	private readonly tickets = new Map<string, Ticket>();
	private readonly faults: FaultList;

	constructor(faults: FaultList) {
		this.faults = faults;
	}

	/** A new signed address for a file. */
	async address(
		repo: string,
		file: RepoFile,
		validity: "once" | "expired" | undefined,
	): Promise<string> {
		const signature = randomBytes(12).toString("hex");
		const uses =
			validity === "expired"
				? 0
				: validity === "once"
					? 1
					: Number.POSITIVE_INFINITY;
		this.tickets.set(signature, { repo, file, uses });
		const { sha256 } = await file.content.digests();
		const name = encodeURIComponent(
			`attachment; filename="${file.path.split("/").at(-1)}"`,
		);
		return `${this.origin}/repos/${repo}/${sha256}?response-content-disposition=${name}&Signature=${signature}`;
	}

	async answer(exchange: Exchange): Promise<void> {
		const { request } = exchange;
		const signature = new URL(request.url, this.origin).searchParams.get(
			"Signature",
		);
		const ticket = this.tickets.get(signature ?? "");
		if (ticket === undefined) return denied(exchange);
		request.repo = ticket.repo;
		request.file = ticket.file.path;
		if (ticket.uses <= 0) return denied(exchange);
		if (request.method === "GET") {
			ticket.uses--;
			exchange.effect = this.faults.meet({
				repo: ticket.repo,
				path: ticket.file.path,
				steps: ["body"],
				method: request.method,
			});
		}
		if (sendFault(exchange)) return;
		const { sha256 } = await ticket.file.content.digests();
		await sendContent(exchange, ticket.file.content, {
			"content-type": "application/octet-stream",
			etag: `"${sha256}"`,
		});
	}
}

function denied(exchange: Exchange): void {
	sendText(
		exchange,
		403,
		{ "content-type": "application/xml" },
		'<?xml version="1.0" encoding="UTF-8"?><Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>',
	);
}
