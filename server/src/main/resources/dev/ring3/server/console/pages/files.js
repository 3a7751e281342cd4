import { html, nothing } from '../vendor/lit-html.js';
import { live } from '../vendor/directives/live.js';
import { api, query } from '../lib/api.js';
import { badge, button, card, empty, failure, loading, table, value } from '../lib/ui.js';
import { ago, bytesParts, mode, time } from '../lib/format.js';
import { full, join, parts, readable, visible } from '../lib/paths.js';

const PAGE = 500;

/** The files of a subvolume, now or as they were: a slider goes through its snapshots. */
export function files(context, subvolume, versions) {
  const path = context.parameters.get('path') ?? '';
  const wanted = Number(context.parameters.get('at') ?? subvolume.id);
  let at = Math.max(0, versions.findIndex((each) => each.id === wanted));
  if (!versions.some((each) => each.id === wanted)) at = versions.length - 1;
  let listing;
  let present;
  let error;
  let latest = 0;

  const version = () => versions[at];
  const isNow = () => version().id === subvolume.id;
  const list = (of, after) => api.get(`/fs/list${query({ after, limit: PAGE }, { path: full(of, path) })}`);

  async function load() {
    const turn = ++latest;
    try {
      const found = await list(version());
      const now = isNow() ? undefined : await list(subvolume).catch(() => ({ entries: [] }));
      if (turn !== latest) return;
      listing = found;
      present = now && new Map(now.entries.map((entry) => [entry.raw, entry]));
      error = undefined;
    } catch (problem) {
      if (turn !== latest) return;
      listing = undefined;
      error = problem;
    }
    context.update();
  }

  async function more() {
    const next = await list(version(), listing.next);
    listing = { ...next, entries: [...listing.entries, ...next.entries] };
    context.update();
  }

  const address = (to) => `#/volume/${subvolume.id}/files${query({ path: to, at: isNow() ? undefined : version().id })}`;

  function slide(event) {
    at = Number(event.target.value);
    history.replaceState(null, '', address(path));
    load();
    context.update();
  }

  const crumbs = () => html`<nav class="crumbs" aria-label="Path"><a href=${address('')}>${visible(subvolume.path)}</a>
    ${parts(path).map((part, i, all) => html`${i || subvolume.path !== '/' ? html`<span aria-hidden="true">/</span>` : nothing}<a href=${address(all.slice(0, i + 1).join('/'))}
      aria-current=${i === all.length - 1 ? 'page' : nothing}>${readable(part)}</a>`)}</nav>`;

  const slider = () => versions.length < 2 ? nothing : html`<div class="slider">
    <label for="when">As it was</label>
    <input id="when" type="range" min="0" max=${versions.length - 1} step="1" .value=${live(String(at))} @input=${slide}
      aria-valuetext=${isNow() ? 'now' : `${version().name}, ${time(version().created)}`}>
    <output for="when">${isNow() ? html`<strong>Now</strong>` : html`<strong class="name">${visible(version().name)}</strong> <span class="muted">${time(version().created)}</span>`}</output></div>`;

  /** What became of an entry of a snapshot since. */
  function since(entry) {
    if (!present) return nothing;
    const now = present.get(entry.raw);
    if (!now) return badge('gone since', 'bad', 'Not there any more');
    if (now.ino !== entry.ino) return badge('replaced since', 'warn', 'Another file has this name now');
    if (now.sizeBytes !== entry.sizeBytes || now.modified !== entry.modified) return badge('changed since', 'warn', 'Its size or time of change is another now');
    return nothing;
  }

  function row(entry) {
    const name = visible(entry.name);
    return isDirectory(entry)
      ? html`<a class="name entry directory" href=${address(join(path, entry.raw))}>${name}</a>`
      : html`<span class="name entry ${entry.type.toLowerCase()}">${name}</span>`;
  }
  const isDirectory = (entry) => entry.type.toLowerCase() === 'directory';
  const isFile = (entry) => ['regular', 'file'].includes(entry.type.toLowerCase());

  async function upload(chosen) {
    await context.attempt(async () => {
      for (const file of chosen) {
        await api.send('PUT', `/fs/content?path=${full(subvolume, join(path, encodeURIComponent(file.name)))}`, file);
      }
      context.say(chosen.length === 1 ? `${chosen[0].name} is there` : `${chosen.length} files are there`);
      await load();
    });
  }

  const canUpload = () => isNow() && !subvolume.readOnly && context.has('PUT /fs/content');
  async function choose(event) {
    await upload([...event.target.files]);
    event.target.value = '';
  }
  const over = (event) => { if (canUpload() && event.dataTransfer.types.includes('Files')) event.preventDefault(); };
  function drop(event) {
    if (!canUpload() || event.dataTransfer.files.length === 0) return;
    event.preventDefault();
    upload([...event.dataTransfer.files]);
  }

  function content() {
    if (error?.status === 404 && !isNow()) return empty('Not there yet', 'This directory did not exist when the snapshot was taken.');
    if (error) return failure(error);
    if (!listing) return loading();
    return html`${table({
      label: 'Files', rows: sorted(listing.entries), key: (entry) => entry.raw, none: nothingHere(),
      columns: [
        { head: 'Name', wrap: true, cell: (entry) => html`${row(entry)} ${since(entry)}` },
        { head: 'Size', number: true, meaning: 'Bytes from its beginning to its end, holes included', cell: (entry) => isDirectory(entry) ? '' : value(bytesParts(entry.sizeBytes)) },
        { head: 'Mode', meaning: 'Type and permission bits', cell: (entry) => html`<code>${mode(entry.type, bits(entry.mode))}</code>` },
        { head: 'Owner', number: true, meaning: 'Numbers of the user and the group that it belongs to', cell: (entry) => `${entry.uid}:${entry.gid}` },
        { head: 'Changed', number: true, meaning: 'When its content last changed', cell: (entry) => html`<time data-tip=${time(entry.modified)}>${ago(entry.modified)}</time>` },
        { head: '', cell: (entry) => isFile(entry) ? html`<a class="button" download=${entry.name} aria-label="Download ${name(entry)}"
          href=${api.url(`/fs/content?path=${full(version(), join(path, entry.raw))}`)}>Download</a>` : nothing },
      ],
    })}${listing.next ? html`<div class="more">${button('Show more', () => context.attempt(more))}</div>` : nothing}`;
  }
  const nothingHere = () => isNow() && !subvolume.readOnly
    ? empty('Empty', 'There is nothing in this directory. Drop files here, or upload them; or use a mount: the page Exports says how.')
    : empty('Empty', 'There is nothing in this directory.');
  const sorted = (entries) => entries.toSorted((a, b) => isDirectory(b) - isDirectory(a) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const name = (entry) => visible(entry.name);
  const bits = (shown) => typeof shown === 'string' ? parseInt(shown, 8) : shown;

  load();
  return {
    body: () => html`${slider()}<div @dragover=${over} @drop=${drop}>${card(crumbs(), content(), { flush: true,
      actions: canUpload() ? html`<label class="button upload">Upload<input class="hidden" type="file" multiple @change=${choose}></label>` : undefined })}</div>`,
  };
}
