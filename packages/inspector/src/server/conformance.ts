import { messageOf } from '@videocloud/local-web/server';
import type { CaseResult, CaseView, ConformanceView, ReportFormat } from '../protocol.js';

/** What a run of the kit resolves with. */
export interface KitReport {
  readonly level: string;
  readonly score: number;
  readonly results: readonly CaseResult[];
}

/** The conformance kit as the page needs it; `@videocloud/webhooks-conformance` fits, see the README. */
export interface ConformanceKit<Report extends KitReport = KitReport> {
  readonly cases: readonly CaseView[];
  run(input: {
    readonly url: string;
    readonly secret: Uint8Array;
    readonly signal: AbortSignal;
    readonly onResult: (result: CaseResult) => void;
  }): Promise<Report>;
  /** Writes a report as a file; without it the page has no reports to download. */
  format?(report: Report, format: ReportFormat): string;
}

/** One run at a time, and the results of the last. */
export class Conformance {
  readonly #kit: ConformanceKit;
  readonly #onView: (view: ConformanceView) => void;
  #run: AbortController | undefined;
  #view: ConformanceView;
  #report: KitReport | undefined;

  constructor(kit: ConformanceKit, onView: (view: ConformanceView) => void) {
    this.#kit = kit;
    this.#onView = onView;
    const cases = kit.cases.map(({ id, family, title }) => ({ id, family, title }));
    this.#view = { cases, running: false, results: [] };
  }

  get view(): ConformanceView {
    return this.#view;
  }

  /** False when one is running. */
  start(webhookId: string, url: string, secret: Uint8Array): boolean {
    if (this.#run !== undefined) return false;
    const run = new AbortController();
    this.#run = run;
    const results: CaseResult[] = [];
    this.#report = undefined;
    this.#show({ cases: this.#view.cases, running: true, webhookId, results: [] });
    const onResult = (result: CaseResult) => {
      results.push(plain(result));
      this.#show({ ...this.#view, results: [...results] });
    };
    this.#kit.run({ url, secret, signal: run.signal, onResult }).then(
      (report) => {
        this.#report = report;
        const { level, score, results: final } = report;
        this.#end({ level, score, results: final.map(plain), reported: this.#kit.format !== undefined });
      },
      (error: unknown) => this.#end({ error: messageOf(error) }),
    );
    return true;
  }

  /** The last report as a file; undefined while there is none. */
  file(format: ReportFormat): string | undefined {
    return this.#report === undefined ? undefined : this.#kit.format?.(this.#report, format);
  }

  stop(): void {
    this.#run?.abort();
  }

  #end(more: Partial<ConformanceView>): void {
    this.#run = undefined;
    this.#show({ ...this.#view, ...more, running: false });
  }

  #show(view: ConformanceView): void {
    this.#view = view;
    this.#onView(view);
  }
}

function plain({ id, family, title, status, durationMs, detail, fix, why }: CaseResult): CaseResult {
  return { id, family, title, status, durationMs, detail, fix, why };
}
