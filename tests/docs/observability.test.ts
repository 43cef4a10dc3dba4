// The dashboard and the alert rules against what the real Prometheus exporter gives: every name and label exists.
import { readFileSync } from 'node:fs';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import {
  type AcceptTrace,
  CHANNELS,
  type DeliveryTrace,
  type HandlerTrace,
  openInboxes,
  traceChannel,
} from '@videocloud/webhooks/channels';
import { type Instrumentation, instrument } from '@videocloud/webhooks/otel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const read = (name: string) => readFileSync(new URL(`../../docs/observability/${name}`, import.meta.url), 'utf8');

interface Panel {
  readonly title: string;
  readonly targets: readonly { readonly expr: string }[];
}
const panels = (JSON.parse(read('dashboard.json')) as { panels: Panel[] }).panels;
const alerts = (
  parse(read('alerts.yaml')) as { groups: { rules: { alert: string; expr: string }[] }[] }
).groups.flatMap(({ rules }) => rules);
const queries = [
  ...panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [title, expr] as const)),
  ...alerts.map(({ alert, expr }) => [alert, expr] as const),
];

let provider: MeterProvider;
let instrumentation: Instrumentation;
/** Metric to the labels its series have. */
const exported = new Map<string, Set<string>>();

beforeAll(async () => {
  const exporter = new PrometheusExporter({ preventServerStart: true });
  provider = new MeterProvider({ readers: [exporter] });
  instrumentation = instrument({ meterProvider: provider });
  await publishOneOfEach();
  const text = await new Promise<string>((resolve) => {
    let body = '';
    const response = {
      setHeader: () => response,
      set statusCode(_: number) {},
      end: (chunk: string) => resolve(body + chunk),
      write: (chunk: string) => {
        body += chunk;
      },
    };
    exporter.getMetricsRequestHandler({} as never, response as never);
  });
  for (const [, name = '', labels = ''] of text.matchAll(/^([a-z_:]+)\{([^}]*)\}/gm)) {
    const known = exported.get(name) ?? new Set<string>();
    for (const [, label = ''] of labels.matchAll(/([a-z_]+)="/g)) known.add(label);
    exported.set(name, known);
  }
});
afterAll(async () => {
  instrumentation.disable();
  openInboxes().clear();
  await provider.shutdown();
});

async function publishOneOfEach(): Promise<void> {
  const delivery: DeliveryTrace = {
    phase: 'answer',
    result: 'rejected',
    code: 'signature_mismatch',
    status: 401,
    event: null,
    deliveryKey: null,
    attempt: 1,
    secretIndex: -1,
    bytes: 9,
    requestId: null,
  };
  await traceChannel<DeliveryTrace>(CHANNELS.delivery).trace(delivery, async () => undefined);
  const handler: HandlerTrace = {
    event: 'video.processed',
    deliveryKey: 'key',
    attempt: 1,
    secretIndex: 0,
    dispatched: true,
    carrier: null,
    code: 'handler_failed',
  };
  await traceChannel<HandlerTrace>(CHANNELS.handler).trace(handler, async () => undefined);
  const accept: AcceptTrace = {
    ...{ inbox: 'main', engine: 'sqlite', id: 'id', event: 'video.processed' },
    ...{ secretIndex: 0, bytes: 9, carrier: null },
  };
  await traceChannel<AcceptTrace>(CHANNELS.inboxAccept).trace(accept, async () => undefined);
  openInboxes().add({ name: 'main', observe: async () => ({ messages: { waiting: 1, dead: 1 }, oldestMs: 1 }) });
}

const FUNCTIONS = new Set(['sum', 'max', 'by', 'rate', 'increase', 'histogram_quantile', 'le', 'unless', 'offset']);

/** The metrics of a query, each with the labels it uses. */
function usedBy(expr: string): { metrics: string[]; labels: string[] } {
  const selectors = [...expr.matchAll(/([a-z_]+)\s*=[~"]/g)].map(([, label = '']) => label);
  const groups = [...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(/,\s*/));
  const words =
    expr
      .replaceAll(/"[^"]*"/g, '')
      .replaceAll(/\[[^\]]*\]/g, '')
      .match(/[a-z_]{3,}/g) ?? [];
  const labels = [...new Set([...selectors, ...groups])];
  return { metrics: words.filter((word) => !FUNCTIONS.has(word) && !labels.includes(word)), labels };
}

describe('the dashboard and the alert rules', () => {
  it.each(queries)('%s: the metric and its labels exist', (_, expr) => {
    const { metrics, labels } = usedBy(expr);
    expect(metrics.length).toBeGreaterThan(0);
    for (const metric of metrics) {
      const known = exported.get(metric);
      expect(known, `${metric} is not exported; there are ${[...exported.keys()].join(', ')}`).toBeDefined();
      for (const label of labels) expect([...(known ?? [])]).toContain(label);
    }
  });

  it('would notice a metric or label that does not exist', () => {
    const { metrics, labels } = usedBy('sum by (nothing) (rate(no_such_total{missing="x"}[5m])) > 0');
    expect(metrics).toEqual(['no_such_total']);
    expect(labels.sort()).toEqual(['missing', 'nothing']);
    expect(exported.has('no_such_total')).toBe(false);
  });

  it('has eight panels and three alerts', () => {
    expect([panels.length, alerts.length]).toEqual([8, 3]);
  });
});
