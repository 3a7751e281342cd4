// What can be done to subvolumes: each asks first, and says what will happen.

import { html, nothing } from '../vendor/lit-html.js';
import { api, query } from '../lib/api.js';
import { field } from '../lib/ui.js';
import { bytes, count, time } from '../lib/format.js';
import { visible } from '../lib/paths.js';

const stamp = () => new Date().toISOString().replace(/[-:]/g, '').slice(0, 15);
const path = (subvolume) => html`<span class="name">${visible(subvolume.path)}</span>`;

export function takeSnapshot(context, subvolume, done) {
  context.ask({ title: 'Take a snapshot', act: 'Take the snapshot',
    body: () => html`<p>Keeps ${path(subvolume)} as it is now, at once and for next to no space. It is found under
      <span class="name">.snapshots</span> in it.</p>
      ${field('Name', html`<input name="name" required maxlength="255" .defaultValue=${stamp()} autofocus>`)}`,
    run: async (form) => done(await api.post('/snapshots', { of: subvolume.id, name: form.get('name') })) });
}

export function clone(context, subvolume, done) {
  context.ask({ title: 'Make a writable copy', act: 'Make the copy',
    body: () => html`<p>A subvolume that begins as ${path(subvolume)} and goes its own way. Both share what neither has changed,
      so it costs no space at first.</p>
      ${field('Name', html`<input name="name" required maxlength="255" .defaultValue=${`copy-${stamp()}`} autofocus>`)}`,
    run: async (form) => done(await api.post('/snapshots', { of: subvolume.id, name: form.get('name'), writable: true })) });
}

export function createSubvolume(context, parent, done) {
  const prefix = parent.path.replace(/\/$/, '');
  context.ask({ title: 'Create a subvolume', act: 'Create',
    body: () => html`<p>A part of the volume with snapshots, limits and programs of its own.</p>
      ${field('Path', html`<input name="path" required .defaultValue=${`${prefix}/`} autofocus>`, 'Its parent directory must be there.')}`,
    run: async (form) => done(await api.post('/subvolumes', { path: form.get('path') })) });
}

export function remove(context, subvolume, done) {
  const snapshot = subvolume.snapshotOf !== undefined;
  context.ask({ title: snapshot ? 'Delete this snapshot?' : 'Delete this subvolume?', act: 'Delete', kind: 'danger',
    body: () => html`<p>${path(subvolume)} and its ${count(subvolume.referencedInodes)} files and directories are gone at once, for every
      client. This cannot be undone.</p>
      <p>It references ${bytes(subvolume.referencedBytes)}; what no other snapshot shares comes back as free space in the background.</p>`,
    run: async () => { await api.delete(`/subvolumes/${subvolume.id}`); done(); } });
}

export function rename(context, snapshot, done) {
  context.ask({ title: 'Rename the snapshot', act: 'Rename',
    body: () => field('Name', html`<input name="name" required maxlength="255" .defaultValue=${snapshot.name} autofocus>`),
    run: async (form) => done(await api.patch(`/subvolumes/${snapshot.id}`, { name: form.get('name') })) });
}

/** Asks what differs before it asks for the decision. */
export async function rollback(context, subvolume, snapshot, done) {
  const limit = 10000;
  const [diff, opens] = await Promise.all([
    api.get(`/diff${query({ from: snapshot.id, to: subvolume.id, limit })}`),
    context.has('GET /opens') ? api.get('/opens') : { opens: [] },
  ]);
  const of = (what) => diff.differences.filter((each) => each.what === what).length;
  const more = diff.truncated ? `, and more: only ${count(limit)} were looked at` : '';
  const open = opens.opens.filter((each) => each.subvolume === subvolume.id).length;
  let keep = true;
  context.ask({ title: `Roll ${visible(subvolume.path)} back?`, act: 'Roll back', kind: 'danger',
    body: () => html`
      <p>${path(subvolume)} will show what <strong class="name">${visible(snapshot.name)}</strong> of ${time(snapshot.created)} shows,
        at once and for every client:</p>
      <ul>
        <li><strong>${count(of('added'))}</strong> files and directories made since disappear from it</li>
        <li><strong>${count(of('removed'))}</strong> removed since come back</li>
        <li><strong>${count(of('changed'))}</strong> changed since show their old content${more}</li>
        <li>its number, place, limits, programs and all snapshots stay</li>
        ${open ? html`<li><strong>${count(open)}</strong> files that are open show the old content, or are stale where they are not in it</li>` : nothing}
      </ul>
      <label class="check"><input type="checkbox" name="keep" ?checked=${keep} @change=${(event) => { keep = event.target.checked; context.update(); }}>
        <span>Keep what is there now as a snapshot</span></label>
      ${keep ? field('Its name', html`<input name="keepAs" required maxlength="255" .defaultValue=${`before-rollback-${stamp()}`}>`)
        : html`<div class="notice" data-kind="warn">What is there now and in no snapshot will be lost.</div>`}`,
    run: async () => {
      const form = new FormData(document.querySelector('dialog form'));
      const wish = { to: snapshot.id };
      if (form.get('keep')) wish.keepAs = form.get('keepAs');
      else wish.discard = true;
      done(await api.post(`/subvolumes/${subvolume.id}/rollback`, wish));
    } });
}
