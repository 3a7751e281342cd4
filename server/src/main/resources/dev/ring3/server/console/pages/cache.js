import { html, nothing } from '../vendor/lit-html.js';
import { api } from '../lib/api.js';
import { card, empty, loading, table, tile } from '../lib/ui.js';
import { history, lastOf, recent, seconds, series } from '../lib/metrics.js';
import { bytes, bytesParts, count, nanosParts, percent, rate } from '../lib/format.js';
import { visible } from '../lib/paths.js';
import { residency } from './residency.js';

const WINDOW = [600, 5];
const HOT = 20;
const REASONS = { reclaim: 'Memory was wanted', drop_behind: 'It was read or written for one use, which is over',
  truncate: 'The file became shorter, or got a hole there', direct_write: 'A direct write took its place',
  invalidate: 'It was told to go, or the cache forgot its file' };

/** The page cache: how often it spares the disk, what its memory holds, what leaves it. */
export function cache(context) {
  let metrics;
  let hot;
  let policy;
  context.every(2000, async () => { metrics = await history(...WINDOW); });
  if (context.has('GET /cache/hot')) context.every(3000, async () => { hot = (await api.get(`/cache/hot?limit=${HOT}`)).files; });
  const askPolicy = async () => {
    const { hooks } = await api.get('/hooks');
    policy = hooks.find((hook) => !hook.failure && hook.programs.some((program) => program.section.startsWith('cache/')))?.name ?? '';
  };
  if (context.has('GET /hooks')) {
    context.every(10000, askPolicy);
    context.on(['hook.attached', 'hook.replaced', 'hook.detached', 'hook.failed'], () => context.attempt(askPolicy));
  }
  const files = context.has('GET /cache/files') ? residency(context) : undefined;
  const values = (name, labels) => series(metrics, `ring3_cache_${name}`, labels);
  const perSecond = (name) => (values(`${name}_total`) ?? []).map((v, i) => v === undefined ? null : v / metrics.seconds[i]);
  const now = (name) => lastOf(values(name));
  const took = (name) => now(name) ? nanosParts(now(name)) : undefined;
  const sum = (list) => (list ?? []).reduce((total, v) => total + (v ?? 0), 0);

  function ratio() {
    const hits = values('hits_total');
    const misses = values('misses_total');
    return hits.map((hit, i) => hit === undefined || hit + misses[i] === 0 ? null : 100 * hit / (hit + misses[i]));
  }

  function tiles() {
    const shares = ratio();
    const budget = now('budget_bytes');
    const held = now('held_bytes');
    const share = recent(shares, 6);
    return html`<div class="tiles">
      ${tile({ label: 'Hits', meaning: 'Share of reads of pages, of the last 30 seconds, that needed no disk', parts: share === undefined ? undefined : [percent(share / 100).slice(0, -2), '%'], note: share === undefined ? 'nothing was read' : ' ' })}
      ${tile({ label: 'Memory', meaning: 'What it holds of what it may take', parts: bytesParts(held), bar: budget ? held / budget : undefined, note: `of ${bytes(budget)}` })}
      ${tile({ label: 'Dirty', meaning: 'Written data that is in memory and not yet on the disk', parts: bytesParts(now('dirty_bytes')), note: `${bytes(now('writeback_bytes'))} on the way` })}
      ${policy === undefined ? nothing : tile({ label: 'Policy', meaning: 'Who decides what leaves the cache and what is read ahead: its own S3-FIFO, or a BPF object that is attached', parts: [policy || 'S3-FIFO', ''], note: policy ? 'attached, BPF' : 'built in' })}
      ${tile({ label: 'Pinned', meaning: 'Memory that a front end reads from at this moment', parts: bytesParts(now('pinned_bytes')) })}
      ${tile({ label: 'Fill', meaning: 'Half of all reads from the disk into it took less, since the server began', parts: took('fill_median_seconds'), note: took('fill_median_seconds') ? ' ' : 'nothing was read yet' })}
      ${tile({ label: 'Writeback', meaning: 'Half of all runs were written in less time, since the server began', parts: took('writeback_median_seconds'), note: took('writeback_median_seconds') ? ' ' : 'nothing was written yet' })}
    </div>`;
  }

  function leaving() {
    const rows = Object.keys(REASONS).map((reason) => ({ reason, total: sum(values('removals_total', { reason })) }));
    return card('What left the cache', table({
      label: 'Removals', rows, key: (row) => row.reason,
      columns: [
        { head: 'Reason', wrap: true, cell: (row) => REASONS[row.reason] },
        { head: 'Folios', number: true, meaning: 'Pieces of files of 4 KiB to 2 MiB that left in the last 10 minutes', cell: (row) => count(row.total) },
      ],
    }), { flush: true, short: true, meaning: 'Why pieces of files left the memory of the cache' });
  }

  const name = (file) => file.path ? html`<span class="name">${visible(file.path)}</span>` : html`<span class="muted">inode ${file.ino} of subvolume ${file.subvolume}</span>`;

  const hottest = () => hot && card('Hot files', table({
    label: 'Hot files', rows: hot, key: (file) => `${file.subvolume}/${file.ino}`, none: empty('Quiet', 'No file was read or written in the last ten minutes. Use the volume: what is used most shows here.'),
    columns: [
      { head: 'File', wrap: true, cell: name },
      { head: 'Reads', number: true, meaning: 'How often it was read from in the last ten minutes, about: one read in eight is looked at. What a client has in its own cache is not among them', cell: (file) => count(file.reads) },
      { head: 'Writes', number: true, meaning: 'How often it was written to in the last ten minutes, about', cell: (file) => count(file.writes) },
    ],
  }), { flush: true, wide: true, low: true, meaning: `The ${HOT} files that are used most` });

  function charts() {
    const x = seconds(metrics);
    return html`
      ${card('Hit ratio', html`<r3-chart .top=${100} .format=${(v) => percent(v / 100)} .series=${[{ label: 'Hits', color: 'series-1', fill: true }]} .data=${[x, ratio()]}></r3-chart>`,
        { meaning: 'Share of reads of pages that needed no disk; a gap where nothing was read' })}
      ${card('Memory', html`<r3-chart .binary=${true} .format=${bytes}
        .series=${[{ label: 'Held', color: 'series-1', fill: true }, { label: 'Dirty', color: 'series-2' }, { label: 'On its way', color: 'series-3' }]}
        .data=${[x, ...['held_bytes', 'dirty_bytes', 'writeback_bytes'].map((name) => values(name).map((v) => v ?? null))]}></r3-chart>`,
        { meaning: 'What the cache holds, and what of it is not on the disk yet' })}
      ${card('Pages', html`<r3-chart .format=${rate}
        .series=${[{ label: 'Misses', color: 'series-1' }, { label: 'Read ahead', color: 'series-3' }, { label: 'Written back', color: 'series-2' }]}
        .data=${[x, perSecond('misses'), perSecond('readahead_pages'), perSecond('written_back_pages')]}></r3-chart>`,
        { meaning: 'Pages of 4 KiB that came from the disk and went to it, per second' })}
      ${leaving()}
      ${hottest() ?? nothing}`;
  }

  return { body: () => {
    if (!metrics) return context.error ? nothing : loading();
    if (now('held_bytes') === undefined) return empty('Not yet', 'The first figures come within five seconds.');
    return html`${tiles()}<div class="grid">${charts()}${files?.body() ?? nothing}</div>`;
  } };
}
