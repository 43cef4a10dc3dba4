// What a page of a code holds besides its name.

/** Why a code appears, and what to do about it; Markdown of one paragraph each. */
export interface Prose {
  readonly why: string;
  readonly fix: string;
}

export interface Fact {
  readonly en: Prose;
  readonly ru: Prose;
  /** TypeScript that shows the fix; compiled as the pages' snippets are. */
  readonly code?: string;
}
