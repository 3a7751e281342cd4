import { html, svg, nothing } from '../vendor/lit-html.js';
import { api } from '../lib/api.js';
import { badge, button, card, empty, table, value } from '../lib/ui.js';
import { bytes, bytesParts, percent } from '../lib/format.js';
import { visible } from '../lib/paths.js';

const PERIOD_MS = 3000;
const MAP_FILES = 8;
const FILES = 50;

/** Which files the cache holds, and which parts of each: the residency map. */
export function residency(context) {
  let files;
  let maps = new Map();
  let picked;

  const key = (file) => `${file.subvolume}/${file.ino}`;
  context.every(PERIOD_MS, async () => {
    files = (await api.get(`/cache/files?limit=${FILES}`)).files;
    const wanted = files.filter((file, i) => i < MAP_FILES || key(file) === picked);
    const found = await Promise.all(wanted.map((file) => api.get(`/cache/files/${key(file)}`)));
    maps = new Map(wanted.map((file, i) => [key(file), found[i].ranges]));
  });

  const name = (file) => file.path ? html`<span class="name">${visible(file.path)}</span>` : html`<span class="muted">inode ${file.ino} of subvolume ${file.subvolume}</span>`;
  const share = (file) => file.sizeBytes ? Math.min(1, file.residentBytes / file.sizeBytes) : 1;

  /** A file from its begin to its end, with what is in memory of it. */
  const strip = (file) => {
    const size = Math.max(1, file.sizeBytes);
    const text = `${visible(file.path ?? `inode ${file.ino}`)}: ${bytes(file.residentBytes)} of ${bytes(file.sizeBytes)} in memory, ${bytes(file.dirtyBytes)} of that not on the disk yet`;
    return html`<svg class="strip" viewBox="0 0 1000 10" preserveAspectRatio="none" role="img" aria-label=${text} data-tip=${text}>
      <rect class="absent" width="1000" height="10"/>
      ${(maps.get(key(file)) ?? []).map((range) => svg`<rect data-state=${range.state} x=${(1000 * range.offset / size).toFixed(2)} y="0"
        width=${Math.max(1, 1000 * Math.min(range.bytes, size - range.offset) / size).toFixed(2)} height="10"/>`)}</svg>`;
  };

  const map = () => {
    const shown = files.filter((file) => maps.has(key(file)));
    return card('Residency', shown.length === 0 ? empty('Nothing is in memory', 'A file appears as soon as it is read or written.') : html`
      <p class="legend">${['clean', 'dirty', 'writeback'].map((state) => html`<span><svg viewBox="0 0 10 10" width="10" height="10" aria-hidden="true"><rect data-state=${state} width="10" height="10"/></svg>
        ${{ clean: 'as on the disk', dirty: 'not on the disk yet', writeback: 'on its way' }[state]}</span>`)}<span><svg viewBox="0 0 10 10" width="10" height="10" aria-hidden="true"><rect class="absent" width="10" height="10"/></svg> not in memory</span></p>
      <ul class="strips">${shown.map((file) => html`<li><span class="strip-name">${name(file)}</span>${strip(file)}<span class="muted">${bytes(file.sizeBytes)}</span></li>`)}</ul>`,
    { wide: true, meaning: 'Files from their begin to their end, with what of them is in memory; the files with most of it' });
  };

  const list = () => card('Files in memory', table({
    label: 'Files in memory', rows: files, key, selected: (file) => key(file) === picked,
    columns: [
      { head: 'File', wrap: true, cell: name },
      { head: 'In memory', number: true, meaning: 'What of it is in memory, in whole pages', cell: (file) => value(bytesParts(file.residentBytes)) },
      { head: 'Share', number: true, meaning: 'Of the file, how much that is', cell: (file) => percent(share(file)) },
      { head: 'Dirty', number: true, meaning: 'What of that is not on the disk yet', cell: (file) => file.dirtyBytes ? badge(bytes(file.dirtyBytes), 'warn') : value(bytesParts(0)) },
      { head: 'Size', number: true, meaning: 'How large the file is', cell: (file) => value(bytesParts(file.sizeBytes)) },
      { head: '', cell: (file) => maps.has(key(file)) ? nothing : button('Map', () => { picked = key(file); context.update(); }, { label: `Map of ${visible(file.path ?? String(file.ino))}` }) },
    ],
  }), { flush: true, wide: true, low: true, meaning: `The ${FILES} files with most content in memory` });

  return { body: () => files ? html`${map()}${files.length ? list() : nothing}` : nothing };
}
