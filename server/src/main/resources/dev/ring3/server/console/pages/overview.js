import { html, nothing } from '../vendor/lit-html.js';
import { api } from '../lib/api.js';
import { tile, card, command, table, value, badge, empty, loading, term } from '../lib/ui.js';
import { visible } from '../lib/paths.js';
import { history, seconds, rates, latencies, quantile, series, lastOf, recent } from '../lib/metrics.js';
import { bytes, bytesParts, bytesRate, countParts, count, duration, nanosParts, percent, rate } from '../lib/format.js';

const WINDOWS = [[120, 1, '2 min'], [600, 5, '10 min']];

const MEANINGS = {
  lookup: 'Names looked up in directories', stat: 'Attributes read', open: 'Files opened', read: 'Reads of content',
  readdir: 'Pieces of directories listed', readlink: 'Symbolic links read', getxattr: 'Extended attributes and ACLs read',
  write: 'Writes of content', allocate: 'Space allocated, punched or zeroed', copy: 'Server-side copies and clones',
  sync: 'Files or the volume made durable', create: 'Files, directories and other inodes made', link: 'Hard links made',
  rename: 'Names moved', unlink: 'Names and directories removed', setattr: 'Attributes and ACLs changed',
  setxattr: 'Extended attributes changed',
};

/** How the server does: rates, latencies, space, who is there, what is wrong. */
export function overview(context) {
  let window = WINDOWS[0];
  let operation = '';
  let metrics;
  let status;
  let clients;
  const refresh = async () => {
    const [m, s, c] = await Promise.all([history(window[0], window[1]), api.get('/status'), context.has('GET /clients') ? api.get('/clients') : undefined]);
    metrics = m;
    status = s;
    clients = c?.clients;
  };
  context.every(2000, refresh);

  const actions = () => html`<div class="segments" role="group" aria-label="Time shown">${WINDOWS.map((each) => html`
    <button type="button" aria-pressed=${each === window} @click=${() => { window = each; context.attempt(refresh); }}>${each[2]}</button>`)}</div>`;

  function tiles() {
    const read = rates(metrics, 'bytes', ['read']);
    const written = rates(metrics, 'bytes', ['write']);
    const all = rates(metrics, 'counts');
    const columns = latencies(metrics).slice(-Math.ceil(30 / window[1]));
    const p50 = quantile(columns, metrics.latencyEndsNanos, 0.5);
    const p99 = quantile(columns, metrics.latencyEndsNanos, 0.99);
    const space = status.volume;
    const used = space.totalBytes - space.freeBytes;
    return html`<div class="tiles">
      ${tile({ label: 'Read', meaning: 'Content read by all clients, in bytes per second', parts: perSecond(bytesParts(recent(read) ?? 0)), trend: read })}
      ${tile({ label: 'Written', meaning: 'Content written by all clients, in bytes per second', parts: perSecond(bytesParts(recent(written) ?? 0)), trend: written })}
      ${tile({ label: 'Operations', meaning: 'Operations of all kinds that ended, per second', parts: perSecond(countParts(recent(all) ?? 0)), trend: all })}
      ${tile({ label: 'Latency, 99 %', meaning: '99 of 100 operations of the last 30 seconds took less time than this', parts: p99 && nanosParts(p99),
        note: p50 ? `half took less than ${nanosParts(p50).join(' ')}` : 'nothing ran in 30 s' })}
      ${tile({ label: 'Space used', meaning: 'Share of the room for data that files, subvolumes and snapshots take', parts: space.totalBytes ? [percent(used / space.totalBytes).slice(0, -2), '%'] : undefined,
        bar: space.totalBytes ? used / space.totalBytes : undefined, note: `${bytes(used)} of ${bytes(space.totalBytes)}` })}
      ${cacheTiles()}
      ${clients ? tile({ label: 'Clients', meaning: 'Mounts and sessions that have something open, locked or leased now', parts: [String(clients.length), ''], note: exportsNote() }) : nothing}
      ${health()}
    </div>`;
  }

  const perSecond = ([number, unit]) => [number, `${unit}/s`];
  const exportsNote = () => status.exports.length === 0 ? 'nothing is exported' : `${status.exports.length} ${status.exports.length === 1 ? 'export' : 'exports'}`;

  function cacheTiles() {
    const hits = series(metrics, 'ring3_cache_hits_total');
    const misses = series(metrics, 'ring3_cache_misses_total');
    const dirty = lastOf(series(metrics, 'ring3_cache_dirty_bytes'));
    const asked = (recent(hits, 30) ?? 0) + (recent(misses, 30) ?? 0);
    return html`${hits && misses ? tile({ label: 'Cache hits', meaning: 'Share of reads of cached pages, in the time shown, that needed no disk',
      parts: asked ? [percent(recent(hits, 30) / asked).slice(0, -2), '%'] : undefined, note: asked ? ' ' : 'nothing was read' }) : nothing}
      ${dirty === undefined ? nothing : tile({ label: 'Dirty memory', meaning: 'Written data that is in memory and not yet on the disk', parts: bytesParts(dirty) })}`;
  }

  function health() {
    const failed = status.jobsFailed;
    const problems = status.problems.length;
    const good = failed === 0 && problems === 0;
    return tile({ label: 'Health', meaning: 'Good while everything that was asked for runs and none of the last jobs failed', parts: [good ? 'Good' : `${problems + failed}`, good ? '' : 'to look at'],
      state: good ? 'good' : 'bad', note: good ? `up ${duration(status.uptimeSeconds)}` : `${problems} ${problems === 1 ? 'problem' : 'problems'}, ${failed} failed ${failed === 1 ? 'job' : 'jobs'}` });
  }

  const KINDS = [
    ['Reads', 'series-1', ['read', 'readdir', 'readlink', 'getxattr']],
    ['Writes', 'series-2', ['write', 'allocate', 'copy', 'sync']],
    ['Lookups and stats', 'series-3', ['lookup', 'stat', 'open']],
    ['Changes of names and attributes', 'series-4', ['create', 'link', 'rename', 'unlink', 'setattr', 'setxattr']],
  ];

  function charts() {
    const x = seconds(metrics);
    return html`
      ${card('Throughput', html`<r3-chart .binary=${true} .format=${bytesRate}
        .series=${[{ label: 'Read', color: 'series-1', fill: true }, { label: 'Written', color: 'series-2', fill: true }]}
        .data=${[x, rates(metrics, 'bytes', ['read']), rates(metrics, 'bytes', ['write'])]}></r3-chart>`,
        { meaning: 'Bytes of content that all clients read and wrote, per second' })}
      ${card('Operations', html`<r3-chart .format=${rate} .series=${KINDS.map(([label, color]) => ({ label, color }))}
        .data=${[x, ...KINDS.map(([, , names]) => rates(metrics, 'counts', names))]}></r3-chart>`,
        { meaning: 'Operations that ended, per second, by kind' })}
      ${card('Latency', html`<r3-heat .data=${{ times: metrics.times, ends: metrics.latencyEndsNanos, columns: latencies(metrics, operation ? [operation] : undefined) }}></r3-heat>`,
        { wide: true, meaning: 'How long operations took, with permission checks, programs and waiting: darker is more of them. Each row is a class of times, each column a moment',
          actions: html`<label class="inline"><span class="hidden">Operation</span><select @change=${(event) => { operation = event.target.value; context.update(); }}>
            <option value="">All operations</option>${metrics.operations.map((o) => html`<option value=${o.operation} ?selected=${o.operation === operation}>${o.operation}</option>`)}</select></label>` })}`;
  }

  function byType() {
    const span = metrics.seconds.reduce((a, b) => a + b, 0);
    const rows = metrics.operations.map((o) => {
      const columns = latencies(metrics, [o.operation]);
      const sum = (values) => values.reduce((a, b) => a + b, 0);
      return { name: o.operation, count: sum(o.counts), bytes: sum(o.bytes), failures: sum(o.failures),
        p50: quantile(columns, metrics.latencyEndsNanos, 0.5), p99: quantile(columns, metrics.latencyEndsNanos, 0.99) };
    }).filter((row) => row.count > 0).sort((a, b) => b.count - a.count);
    return card('Operations by type', table({
      label: 'Operations by type', rows, key: (row) => row.name,
      none: empty('Quiet', `No operation ended in the last ${window[2]}. Mount the volume and use it: it shows here.`),
      columns: [
        { head: 'Operation', cell: (row) => term(row.name, MEANINGS[row.name] ?? row.name) },
        { head: 'Rate', number: true, meaning: 'Operations per second, mean over the time shown', cell: (row) => rate(row.count / span) },
        { head: 'Median', number: true, meaning: 'Half of them took less time than this', cell: (row) => row.p50 ? value(nanosParts(row.p50)) : '–' },
        { head: '99 %', number: true, meaning: '99 of 100 took less time than this', cell: (row) => row.p99 ? value(nanosParts(row.p99)) : '–' },
        { head: 'Content', number: true, meaning: 'Bytes of content moved per second, mean over the time shown', cell: (row) => row.bytes ? bytesRate(row.bytes / span) : '–' },
        { head: 'Failed', number: true, meaning: 'How many had no effect in the time shown, such as for lack of permission', cell: (row) => row.failures ? badge(count(row.failures), 'warn') : '0' },
      ],
    }), { flush: true, short: true, meaning: 'What clients asked for in the time shown' });
  }

  const toExports = () => context.has('GET /exports') ? html`<a class="button" href="#/exports">Exports</a>` : undefined;
  const ways = () => status.exports.length === 0
    ? empty('Nothing is exported', html`Mount it or export it on the page Exports, or start the server with <code>--mount DIR</code>.`)
    : html`<ul class="plain">${status.exports.map((each) => each.kind === 'fuse'
        ? html`<li>${badge('FUSE')} mounted at <span class="name">${visible(each.address)}</span> ${each.readOnly ? badge('read-only') : nothing}</li>`
        : html`<li>${badge(each.kind.toUpperCase())} <span class="name">${visible(each.path ?? each.address)}</span> ${each.readOnly ? badge('read-only') : nothing}
          ${command(context, each.how, `Copy the command for ${each.path ?? each.address}`)}</li>`)}</ul>`;
  const exportsCard = () => card('How to use it', ways(), { short: true, meaning: 'Where the volume can be reached, and how to mount it', actions: toExports() });

  /** Nothing was ever written: what to do first. */
  const isFresh = () => status.volume.totalBytes > 0 && status.volume.totalBytes === status.volume.freeBytes;
  const begin = () => card('The volume is empty: begin here', html`<ol class="steps">
      <li><h3>Put something in</h3>${ways()}
        <p>Or upload files on <a href="#/volume/${status.volume.defaultSubvolume}/files">Volume, Files</a>.</p></li>
      <li><h3>Keep it as it is</h3><p>A snapshot on <a href="#/volume">Volume</a> takes a moment and next to no space. What changes after it can be seen, and undone.
        Or let the server take one every hour, on <a href="#/jobs">Jobs</a>.</p></li>
      <li><h3>Decide what may happen</h3><p>Attach a BPF program on <a href="#/programs">Programs</a>: it is verified first, and from then on asked about
        every operation. Some are ready in <code>examples/</code>.</p></li></ol>`, { wide: true, actions: toExports() });

  return {
    actions,
    body: () => metrics && status ? html`${tiles()}${isFresh() ? html`<div class="grid begin">${begin()}</div>` : nothing}<div class="grid">${charts()}${byType()}${isFresh() ? nothing : exportsCard()}</div>` : context.error ? nothing : loading(),
  };
}
