import type { Ask } from "@llorch/core";
import ssh2 from "ssh2";
import type { Identity } from "../login/identities.ts";

/** What ssh2 asks for when one way to log in did not do. */
type AuthHandler = (
	left: readonly string[] | null,
	partial: boolean | null,
	next: (method: unknown) => void,
) => void;

/**
 * The ways to log in, in order: keys, keyboard-interactive, password. `failed` collects what kept a way from being tried, such as a
 * passphrase nobody could be asked for.
 */
export function createAuthHandler(options: {
	host: string;
	user: string;
	/** May still be looked for while the host and ssh2 agree on a cipher. */
	identities: Promise<readonly Identity[]>;
	ask: Ask;
	signal: AbortSignal;
	failed: (error: unknown) => void;
}): AuthHandler {
	const { user, identities, host, ask, signal, failed } = options;
	const secret = async (text: string, id: string, kind: "secret" | "text") => {
		const answer = await ask({ id, kind, text, host }, { signal });
		return String(answer.value);
	};
	const methods: Record<string, () => unknown> = {
		publickey: () => ({
			type: "agent",
			username: user,
			agent: identitiesAsAgent(identities, failed),
		}),
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
				(async () => {
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
				})().then(finish, (error: unknown) => {
					failed(error);
					finish([]);
				});
			},
		}),
		password: () => ({ type: "password", username: user }),
	};
	const order = Object.keys(methods);
	return (left, _partial, next) => {
		const method = order.shift();
		if (method === undefined) return next(false);
		if (left !== null && !left.includes(method)) return next(null);
		if (method !== "password") return next(methods[method]?.());
		secret(`Password of ${user}:`, `password:${host}`, "secret").then(
			(password) => next({ type: "password", username: user, password }),
			(error: unknown) => {
				failed(error);
				next(false);
			},
		);
	};
}

/** ssh2 asks an agent whether the server likes a key before it wants a signature: so a passphrase is asked for keys that count only. */
function identitiesAsAgent(
	identities: Promise<readonly Identity[]>,
	failed: (error: unknown) => void,
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
			signed.then(
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
