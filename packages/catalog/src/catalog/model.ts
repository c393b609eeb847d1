/** Where facts were read, each as `owner/repository:path` of a public repository, with `@commit` where only that version says it. */
export type Citations = readonly string[];

/** One file of a model. A fact that is not known, or that nothing citable states, is left out. */
export type ModelFile = {
	/** In the repository, with `/`. */
	path: string;
	/** Under the model's `dir`, with `/`: where the file stood before llorch, and where its link goes. */
	place: string;
	/** Bytes. */
	size?: number;
	/** 64 hex digits. */
	sha256?: string;
	sources: { size?: Citations; sha256?: Citations };
};

/** One entry of the catalog. */
export type Model = {
	id: string;
	name: string;
	kind?: "chat" | "base" | "embedding";
	/** Its folder under `models.base_dir`. Entries may share one. */
	dir: string;
	/** `org/name` on the hub. */
	repo: string;
	/** A commit, 40 hex digits. */
	revision?: string;
	/** SPDX identifier, or the hub's name for a publisher's own terms. */
	license?: string;
	/** Those terms by name. Present: this is no free licence. */
	terms?: string;
	/** As the card says it: `1.1B`, `135M`. */
	parameters?: string;
	/** Tokens. */
	context?: number;
	/** Why the entry is not to be taken at its word. */
	unverified?: string;
	/** What is different from what the id meant in the tool before llorch. */
	changed?: string;
	/** What must still be made of the files before llama.cpp can load them. */
	converts?: string;
	notes?: string;
	sources: {
		revision?: Citations;
		license?: Citations;
		parameters?: Citations;
		context?: Citations;
	};
	files: readonly ModelFile[];
};
