// What /metrics/history says, in the forms that pages show.

import { api, query } from './api.js';

/** The history; steps from before the server began are put before it, without values, so that a window is always whole. */
export async function history(seconds, step) {
  const metrics = await api.get(`/metrics/history${query({ seconds, step })}`);
  const missing = Math.max(0, Math.floor(seconds / step) - metrics.times.length);
  const first = metrics.times[0] ?? Date.now();
  const before = (value) => Array.from({ length: missing }, (_, i) => value(missing - i));
  metrics.missing = missing;
  metrics.times.unshift(...before((n) => first - n * step * 1000));
  metrics.seconds.unshift(...before(() => step));
  for (const operation of metrics.operations) {
    for (const what of ['counts', 'bytes', 'failures']) operation[what].unshift(...before(() => 0));
    operation.latencies.unshift(...before(() => []));
  }
  for (const each of metrics.series) each.values.unshift(...before(() => -1));
  return metrics;
}

const each = (metrics, pick) => metrics.times.map((_, i) => pick(i));
const operations = (metrics, names) => names ? metrics.operations.filter((o) => names.includes(o.operation)) : metrics.operations;

/** Times for charts: seconds. */
export const seconds = (metrics) => metrics.times.map((t) => t / 1000);

/** What of operations per second: 'counts', 'bytes' or 'failures'. */
export const rates = (metrics, what, names) => each(metrics, (i) => i < metrics.missing ? null
  : operations(metrics, names).reduce((sum, o) => sum + o[what][i], 0) / metrics.seconds[i]);

/** Counts by class of latency, in each step. */
export const latencies = (metrics, names) => each(metrics, (i) => {
  const counts = new Array(metrics.latencyEndsNanos.length + 1).fill(0);
  for (const operation of operations(metrics, names)) {
    const pairs = operation.latencies[i];
    for (let at = 0; at < pairs.length; at += 2) counts[pairs[at]] += pairs[at + 1];
  }
  return counts;
});

/** The end of the class below which a share of all lies; undefined if there was nothing. */
export function quantile(columns, ends, share) {
  const counts = columns.reduce((sum, column) => sum.map((n, i) => n + column[i]), new Array(ends.length + 1).fill(0));
  const total = counts.reduce((a, b) => a + b, 0);
  if (total === 0) return undefined;
  let seen = 0;
  for (let i = 0; i < counts.length; i++) {
    seen += counts[i];
    if (seen >= share * total) return ends[Math.min(i, ends.length - 1)];
  }
  return undefined;
}

/** One instrument's values, if there is one of this name (and label). */
export function series(metrics, name, labels = {}) {
  const found = metrics.series.find((s) => s.name === name
    && Object.entries(labels).every(([label, value]) => s.labels[label] === value));
  return found?.values.map((v) => v < 0 ? undefined : v);
}

export const lastOf = (values) => values?.findLast((v) => v !== undefined);

/** The mean of the last few seconds, so that a figure does not flicker. */
export function recent(values, count = 3) {
  const last = (values ?? []).slice(-count).filter((v) => v !== undefined && v !== null);
  return last.length ? last.reduce((a, b) => a + b, 0) / last.length : undefined;
}
