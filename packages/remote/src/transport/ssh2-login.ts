import type { Ask } from "@llorch/core";
import ssh2 from "ssh2";
import type { Identity, Logins } from "../login/identities.ts";

/** What ssh2 asks for when one way to log in did not do. */
type AuthHandler = (
	left: readonly string[] | null,
	partial: boolean | null,
	next: (method: unknown) => void,
) => void;

/**
 * The ways to log in, in the order of `methods`; among the keys, those that cannot be offered before they are unlocked come last. `failed` collects what kept a way from being tried, such as a
 * passphrase nobody could be asked for.
 */
export function createAuthHandler(options: {
	host: string;
	user: string;
	methods: readonly string[];
	/** May still be looked for while the host and ssh2 agree on a cipher. */
	logins: Promise<Logins>;
	ask: Ask;
	signal: AbortSignal;
	/** Whatever the host waits for meanwhile: a passphrase that somebody types, or that takes its time to try; an agent that asks too. */
	ourTurn: <T>(work: Promise<T>) => Promise<T>;
	failed: (error: unknown) => void;
}): AuthHandler {
	const { user, logins, host, ask, signal, ourTurn, failed } = options;
	const secret = async (text: string, id: string, kind: "secret" | "text") => {
		const answer = await ask({ id, kind, text, host }, { signal });
		return String(answer.value);
	};
	const keys = (identities: Promise<readonly Identity[]>) => ({
		type: "agent",
		username: user,
		agent: identitiesAsAgent(identities, { ourTurn, failed }),
	});
	/** One after the other: each may ask. */
	const unlockAll = async (locked: Logins["locked"]) => {
		const unlocked: Identity[] = [];
		for (const unlock of locked)
			await unlock().then((key) => unlocked.push(key), failed);
		return unlocked;
	};
	const ways: Record<string, () => unknown> = {
		publickey: () => keys(logins.then(({ identities }) => identities)),
		[LOCKED]: async () => {
			const { locked } = await logins;
			const unlocked = await unlockAll(locked);
			return unlocked.length === 0
				? undefined
				: keys(Promise.resolve(unlocked));
		},
		"keyboard-interactive": () => ({
			type: "keyboard-interactive",
			username: user,
			prompt(
				name: string,
				instructions: string,
				_language: string,
				prompts: readonly { prompt: string; echo?: boolean }[],
				finish: (answers: string[]) => void,
			) {
				const answering = async () => {
					const answers: string[] = [];
					for (const [index, { prompt, echo }] of prompts.entries())
						answers.push(
							await secret(
								[name, instructions, prompt]
									.filter((text) => text)
									.join(" ")
									.trim(),
								`keyboard:${host}:${index}:${prompt}`,
								echo ? "text" : "secret",
							),
						);
					return answers;
				};
				ourTurn(answering()).then(finish, (error: unknown) => {
					failed(error);
					finish([]);
				});
			},
		}),
		password: async () => ({
			type: "password",
			username: user,
			password: await secret(
				`Password of ${user}:`,
				`password:${host}`,
				"secret",
			),
		}),
	};
	const order = options.methods.flatMap((method) =>
		method === "publickey" ? [method, LOCKED] : [method],
	);
	const isAllowed = (way: string, left: readonly string[] | null) =>
		left === null || left.includes(way === LOCKED ? "publickey" : way);
	return (left, _partial, next) => {
		const tryNext = async (): Promise<unknown> => {
			const way = order.shift();
			if (way === undefined) return false;
			if (!isAllowed(way, left)) return tryNext();
			return (await ways[way]?.()) ?? tryNext();
		};
		ourTurn(tryNext()).then(next, (error: unknown) => {
			failed(error);
			next(false);
		});
	};
}

const LOCKED = "publickey, once unlocked";

/** ssh2 asks an agent whether the server likes a key before it wants a signature: so a passphrase is asked for keys that count only. */
function identitiesAsAgent(
	identities: Promise<readonly Identity[]>,
	{
		ourTurn,
		failed,
	}: Pick<Parameters<typeof createAuthHandler>[0], "ourTurn" | "failed">,
): InstanceType<typeof ssh2.BaseAgent> {
	class IdentitiesAgent extends ssh2.BaseAgent<Buffer> {
		override getIdentities(
			done: (error: Error | undefined, keys?: Buffer[]) => void,
		): void {
			identities.then(
				(found) =>
					done(
						undefined,
						found.map(({ publicKey }) => publicKey),
					),
				(error: Error) => done(error),
			);
		}
		override sign(
			// ssh2 hands over its own form of the key.
			publicKey: unknown,
			data: Buffer,
			options: unknown,
			done?: (error: Error | undefined, signature?: Buffer) => void,
		): void {
			const parsed = ssh2.utils.parseKey(publicKey as Buffer);
			const blob = parsed instanceof Error ? undefined : parsed.getPublicSSH();
			const hash = (options as { hash?: string } | undefined)?.hash;
			const signed = identities.then((found) => {
				const identity = found.find(
					(each) => blob !== undefined && each.publicKey.equals(blob),
				);
				if (identity === undefined) throw new Error("no such key");
				return identity.sign(data, hash);
			});
			ourTurn(signed).then(
				(signature) => done?.(undefined, signature),
				(error: unknown) => {
					failed(error);
					done?.(new Error("not signed"));
				},
			);
		}
	}
	return new IdentitiesAgent() as InstanceType<typeof ssh2.BaseAgent>;
}
