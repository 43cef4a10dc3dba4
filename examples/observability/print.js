// Prints spans as trees and metrics as lines.
import { SpanKind } from '@opentelemetry/api';

/** @typedef {import('@opentelemetry/sdk-trace-node').ReadableSpan} Span */

/**
 * The texts, equal neighbors once, with their number.
 * @param {readonly string[]} texts
 */
export function counted(texts) {
  const starts = texts.flatMap((text, index) => (text === texts[index - 1] ? [] : [index]));
  return starts
    .map((start, index) => {
      const count = (starts[index + 1] ?? texts.length) - start;
      const [first = '', ...rest] = (texts[start] ?? '').split('\n');
      return [count === 1 ? first : `${first} × ${count}`, ...rest].join('\n');
    })
    .join('\n');
}

/**
 * Each trace as a tree, with links to other traces.
 * @param {readonly Span[]} spans
 * @param {readonly Span[]} others may be linked to
 */
export function spanTrees(spans, others = []) {
  const ids = new Map([...spans, ...others].map((span) => [span.spanContext().spanId, span]));
  const started = [...spans].sort((a, b) => a.startTime[0] - b.startTime[0] || a.startTime[1] - b.startTime[1]);
  /** @type {(span: Span, depth: number) => string[]} */
  const tree = (span, depth) => [
    `${'  '.repeat(depth + 1)}${SpanKind[span.kind]} ${span.name}${factsOf(span)}${linksOf(span)}`,
    ...started
      .filter((child) => child.parentSpanContext?.spanId === span.spanContext().spanId)
      .flatMap((child) => tree(child, depth + 1)),
  ];
  /** @type {(span: Span) => string} */
  const linksOf = ({ links }) =>
    links.map(({ context }) => ` → linked to ${ids.get(context.spanId)?.name ?? context.spanId}`).join('');
  return started.filter((span) => span.parentSpanContext === undefined).map((root) => tree(root, 0).join('\n'));
}

const SHOWN = ['http.status_code', 'http.response.status_code', 'videocloud.webhooks.result', 'error.type'];

/** @param {Span} span */
function factsOf({ attributes }) {
  const facts = SHOWN.flatMap((name) => (attributes[name] === undefined ? [] : [attributes[name]]));
  return facts.length === 0 ? '' : ` (${facts.join(', ')})`;
}

/**
 * The metrics of webhooks: a counter's or gauge's value, a histogram's count.
 * @param {import('@opentelemetry/sdk-metrics').ResourceMetrics | undefined} collected
 */
export function metricLines(collected) {
  return (collected?.scopeMetrics ?? [])
    .filter(({ scope }) => scope.name === '@videocloud/webhooks')
    .flatMap(({ metrics }) => metrics)
    .flatMap(({ descriptor, dataPoints }) =>
      dataPoints.map(({ attributes, value }) => {
        const labels = Object.entries(attributes)
          .filter(([name]) => name !== 'messaging.system' && name !== 'messaging.operation.type')
          .map(([name, label]) => `${name}=${label}`);
        const shown = typeof value === 'number' ? Math.round(value) : `count ${value.count}`;
        return `  ${descriptor.name}{${labels.join(', ')}} ${shown}`;
      }),
    );
}
