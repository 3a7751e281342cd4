import { html, nothing } from '../vendor/lit-html.js';
import { api } from '../lib/api.js';
import { badge, button, card, definition, empty, field, loading, meter, table, tabs, value } from '../lib/ui.js';
import { ago, bytes, bytesParts, count, countParts, percent, time } from '../lib/format.js';
import { visible } from '../lib/paths.js';
import { timeline } from './timeline.js';
import { files } from './files.js';
import { diff } from './diff.js';
import { usage } from './usage.js';
import { clone, createSubvolume, remove, rename, rollback, takeSnapshot } from './actions.js';

const CHANGES = ['snapshot.created', 'subvolume.created', 'subvolume.deleted', 'subvolume.rolledBack'];

/** Subvolumes and their snapshots: what there is, what it takes, what was when, and how to go back. */
export function volume(context, before) {
  let data = before?.data;
  const view = { get data() { return data; } };
  const number = Number(context.path[0] ?? 0);
  const tab = context.path[1] ?? 'snapshots';
  const picked = Number(context.parameters.get('pick') ?? 0);
  let part;
  let quota;

  const refresh = async () => {
    const [volume, list, tree] = await Promise.all([api.get('/volume'), api.get('/subvolumes'), api.get('/snapshots/tree')]);
    data = { volume, subvolumes: list.subvolumes, nodes: tree.nodes };
    part ??= partOf(tab);
  };
  const partOf = (name) => {
    const chosen = current();
    if (!chosen) return undefined;
    return name === 'files' ? files(context, chosen, versions(chosen)) : name === 'diff' ? diff(context, chosen, data.subvolumes, firstSnapshot(chosen))
      : name === 'usage' ? usage(context, chosen, [...snapshotsOf(chosen), chosen]) : undefined;
  };
  const current = () => data.subvolumes.find((s) => s.id === number) ?? data.subvolumes.find((s) => s.default) ?? data.subvolumes[0];
  const snapshotsOf = (s) => data.subvolumes.filter((each) => each.snapshotOf === s.id).toSorted((a, b) => new Date(a.created) - new Date(b.created));
  const versions = (s) => [...snapshotsOf(s).filter((each) => each.readOnly), s];
  const link = (s, to = tab, more = '') => `#/volume/${s.id}/${to}${more}`;
  const done = (what) => async () => { context.say(what); await context.attempt(refresh); };
  const firstSnapshot = (chosen) => button('Take a snapshot', () => takeSnapshot(context, chosen, done('Snapshot taken')), { kind: 'main' });

  if (data) part = partOf(tab);
  context.every(10000, refresh);
  context.on(CHANGES, () => context.attempt(refresh));

  function tree() {
    const shown = data.subvolumes.filter((s) => s.snapshotOf === undefined || !s.readOnly).toSorted((a, b) => a.path < b.path ? -1 : 1);
    const chosen = current();
    const inside = (a, b) => b.path !== a.path && b.path.startsWith(a.path === '/' ? '/' : `${a.path}/`);
    const above = (s) => shown.filter((each) => inside(each, s)).toSorted((a, b) => b.path.length - a.path.length)[0];
    const origin = (s) => data.subvolumes.find((each) => each.id === s.snapshotOf);
    const label = (s) => visible(s.snapshotOf !== undefined ? s.name : above(s) ? s.path.slice(above(s).path === '/' ? 1 : above(s).path.length + 1) : s.path);
    const depth = (s) => shown.filter((each) => inside(each, s)).length;
    return html`<ul class="tree" aria-label="Subvolumes">${shown.map((s) => {
      const n = snapshotsOf(s).length;
      return html`<li class="depth-${Math.min(6, depth(s))}"><a href=${link(s)} aria-current=${s.id === chosen.id ? 'true' : nothing}>
        <span class="name">${label(s)}</span>
        <span class="muted">${origin(s) ? `copy of ${visible(origin(s).name || origin(s).path)} · ` : ''}${bytes(s.referencedBytes)}${n ? ` · ${n} ${n === 1 ? 'snapshot' : 'snapshots'}` : ''}${s.default ? ' · default' : ''}</span></a></li>`;
    })}</ul>`;
  }

  function space() {
    const v = data.volume;
    const used = v.totalBytes - v.freeBytes;
    return html`<div class="space">${meter(used / v.totalBytes, 'Share of the room that is used')}
      <p class="muted">${bytes(used)} of ${bytes(v.totalBytes)} used (${percent(used / v.totalBytes)})${v.pendingKeys ? html`; ${count(v.pendingKeys)} keys of what was deleted are still to be cleaned up` : nothing}</p></div>`;
  }

  function picture(chosen) {
    const pick = data.subvolumes.find((s) => s.id === picked) ?? chosen;
    return html`
      ${card('Timeline', html`${timeline(data.subvolumes, data.nodes, chosen, picked, (s) => link(chosen, 'snapshots', s.id === chosen.id ? '' : `?pick=${s.id}`))}
        ${pick.id === chosen.id ? nothing : detail(chosen, pick)}`,
        { meaning: 'Snapshots, oldest at the left. A line is descent: what was rolled back or copied begins a line of its own. Round is read-only, square can be written to' })}
      ${card('Snapshots', table({
        label: 'Snapshots', rows: snapshotsOf(chosen).toReversed(), key: (s) => s.id, selected: (s) => s.id === picked,
        none: empty('No snapshot yet', 'A snapshot keeps everything as it is now. It takes a moment and next to no space.', firstSnapshot(chosen)),
        columns: [
          { head: 'Name', wrap: true, cell: (s) => html`<a class="name" href=${link(chosen, 'snapshots', `?pick=${s.id}`)}>${visible(s.name)}</a>${s.readOnly ? nothing : badge('writable')}${s.holds ? badge('held', 'plain', 'Cannot be deleted while something holds it') : nothing}` },
          { head: 'Taken', number: true, meaning: 'When it was taken', cell: (s) => html`<time data-tip=${time(s.created)}>${ago(s.created)}</time>` },
          { head: 'References', number: true, meaning: 'Allocated bytes of all files in it, shared with others or not', cell: (s) => value(bytesParts(s.referencedBytes)) },
          { head: 'Written', number: true, meaning: 'Bytes written between the snapshot before and this one', cell: (s) => value(bytesParts(s.writtenBytes)) },
          { head: 'Inodes', number: true, meaning: 'Files, directories and other inodes in it', cell: (s) => value(countParts(s.referencedInodes)) },
          { head: '', cell: (s) => html`<span class="row-actions"><a class="button" href=${link(chosen, 'files', `?at=${s.id}`)} aria-label="Browse ${s.name}">Browse</a>
            <a class="button" href=${link(chosen, 'diff', `?from=${s.id}&to=${chosen.id}`)} aria-label="Compare ${s.name} with now">Compare</a></span>` },
        ],
      }), { flush: true })}`;
  }

  const detail = (chosen, s) => html`<div class="picked">
    <h3 class="name">${visible(s.name || s.path)}</h3>
    <p class="muted">${s.readOnly ? 'Snapshot' : 'Writable copy'}, made ${time(s.created)} (${ago(s.created)}); references ${bytes(s.referencedBytes)} in ${count(s.referencedInodes)} inodes</p>
    <div class="actions">
      ${s.snapshotOf === chosen.id && s.readOnly && !chosen.readOnly ? button('Roll back to it', () => context.attempt(() => rollback(context, chosen, s, done(`Rolled back to ${s.name}`))), { kind: 'main' }) : nothing}
      ${s.readOnly ? html`<a class="button" href=${link(chosen, 'files', `?at=${s.id}`)}>Browse</a>` : html`<a class="button" href=${link(s, 'files')}>Open</a>`}
      <a class="button" href=${link(chosen, 'diff', `?from=${s.id}&to=${chosen.id}`)}>Compare with now</a>
      ${button('Make a writable copy', () => clone(context, s, done('Copy made')))}
      ${s.snapshotOf === undefined ? nothing : button('Rename', () => rename(context, s, done('Renamed')))}
      ${button('Delete', () => remove(context, s, () => { location.hash = link(chosen, 'snapshots'); return done('Deleted')(); }), { kind: 'danger' })}
    </div></div>`;

  function settings(chosen) {
    const limit = (bytesLimit, used, unit) => bytesLimit === undefined ? 'no limit' : html`${unit(bytesLimit)} ${meter(used / bytesLimit, 'Share of the limit that is used')}`;
    return html`
      ${card('Facts', definition([
        ['Path', undefined, html`<span class="name">${visible(chosen.path)}</span>`],
        ['Number', 'Names the subvolume for as long as it is there; never used again', String(chosen.id)],
        ['UUID', 'Names it in streams that are sent to other servers', html`<code>${chosen.uuid}</code>`],
        ['Made', undefined, time(chosen.created)],
        ['References', 'Allocated bytes of all its files, shared with snapshots or not', value(bytesParts(chosen.referencedBytes))],
        ['Inodes', 'Files, directories and other inodes in it', value(countParts(chosen.referencedInodes))],
        ['Written', 'Bytes written since its last snapshot was taken', value(bytesParts(chosen.writtenBytes))],
        ['Limit of bytes', 'The most that it may reference', limit(chosen.quotaBytes, chosen.referencedBytes, bytes)],
        ['Limit of inodes', 'The most inodes that it may have', limit(chosen.quotaInodes, chosen.referencedInodes, count)],
        ['Read-only', undefined, chosen.readOnly ? 'yes' : 'no'],
        chosen.holds ? ['Held', 'It cannot be deleted while something holds it', `${count(chosen.holds)} times`] : undefined,
      ]))}
      ${card('Change', html`<div class="actions">
        ${button('Set limits', () => limits(chosen))}
        ${chosen.default ? nothing : button('Make it the default', () => context.ask({ title: 'Make it the default?', act: 'Make it the default',
          body: () => html`<p>Clients that mount the volume without a path see <span class="name">${visible(chosen.path)}</span> from their next mount on.</p>`,
          run: async () => { await api.patch(`/subvolumes/${chosen.id}`, { default: true }); await done('Default set')(); } }))}
        ${button('Make a writable copy', () => clone(context, chosen, done('Copy made')))}
        ${chosen.path === '/' ? nothing : button('Delete', () => remove(context, chosen, () => { location.hash = '#/volume'; return done('Deleted')(); }), { kind: 'danger' })}</div>`)}`;
  }

  const limits = (chosen) => {
    quota = { bytes: chosen.quotaBytes, inodes: chosen.quotaInodes };
    context.ask({ title: 'Limits', act: 'Set',
      body: () => html`<p>What is there already stays, above a limit too; only more is refused.</p>
        ${field('Gigabytes (GiB)', html`<input name="gib" type="number" min="0" step="any" .defaultValue=${quota.bytes === undefined ? '' : String(quota.bytes / 2 ** 30)}>`, 'Empty for no limit')}
        ${field('Inodes', html`<input name="inodes" type="number" min="0" .defaultValue=${quota.inodes === undefined ? '' : String(quota.inodes)}>`, 'Empty for no limit')}`,
      run: async (form) => {
        const number = (text, factor) => text === '' ? -1 : Math.round(Number(text) * factor);
        await api.patch(`/subvolumes/${chosen.id}`, { quotaBytes: number(form.get('gib'), 2 ** 30), quotaInodes: number(form.get('inodes'), 1) });
        await done('Limits set')();
      } });
  };

  const usageTab = (chosen) => context.has('GET /subvolumes/{id}/usage') ? [['usage', link(chosen, 'usage'), 'Usage']] : [];

  view.actions = () => data ? html`
    ${button('Create a subvolume', () => createSubvolume(context, current(), done('Subvolume created')))}
    ${button('Take a snapshot', () => takeSnapshot(context, current(), done('Snapshot taken')), { kind: 'main' })}` : nothing;

  view.body = () => {
    if (!data) return context.error ? nothing : loading();
    const chosen = current();
    return html`<div class="split">
      <div class="split-side">${card('Subvolumes', html`${tree()}${space()}`, { flush: true })}</div>
      <div class="split-main">
        <div class="chosen"><h2 class="name">${visible(chosen.path)}</h2>${chosen.readOnly ? badge('read-only') : nothing}</div>
        ${tabs('Views of the subvolume', [['snapshots', link(chosen, 'snapshots'), 'Snapshots'], ['files', link(chosen, 'files'), 'Files'],
          ['diff', link(chosen, 'diff'), 'Differences'], ...usageTab(chosen), ['settings', link(chosen, 'settings'), 'Settings']], tab)}
        ${tab === 'settings' ? settings(chosen) : part ? part.body() : picture(chosen)}
      </div></div>`;
  };
  return view;
}
