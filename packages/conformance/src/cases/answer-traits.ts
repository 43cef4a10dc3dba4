import type { EndpointAnswer } from '../http/message.js';

/**
 * What the answers to one kind of request have in common.
 *
 * Answers of a right endpoint may differ from each other: in an id, a time, the name of a server. A trait is therefore
 * compared only when every answer of a kind has it.
 */
export class AnswerTraits {
  #always: ReadonlySet<string> | undefined;
  readonly #ever = new Set<string>();

  add(answer: EndpointAnswer): void {
    const traits = traitsOf(answer);
    const before = this.#always;
    this.#always = before === undefined ? traits : new Set([...before].filter((trait) => traits.has(trait)));
    for (const trait of traits) this.#ever.add(trait);
  }

  /** Whether all answers here have a trait that no answer there has. */
  differFrom(other: AnswerTraits): boolean {
    return [...(this.#always ?? [])].some((trait) => !other.#ever.has(trait));
  }
}

/** The status, the whole body, and each word of head and body. */
function traitsOf({ status, head, body }: EndpointAnswer): ReadonlySet<string> {
  const text = Buffer.from(body).toString('latin1');
  const words = `${head}\n${text}`.split(/[^0-9A-Za-z\x80-\xff]+/).map((word) => `word ${word}`);
  return new Set([`status ${status}`, `body ${text}`, ...words]);
}
