import { html, nothing } from '../vendor/lit-html.js';
import { api } from '../lib/api.js';
import { badge, button, card, empty, field, table } from '../lib/ui.js';
import { ago, bytesRate, count, duration, time } from '../lib/format.js';
import { visible } from '../lib/paths.js';

const BY_HAND = 0;
const MIB = 2 ** 20;

/** Subvolumes that are copied to other servers, by increments: what was sent, and when the next is due. */
export function replications(context, subvolumes, path) {
  let all;
  const refresh = async () => { all = (await api.get('/replications')).replications; };
  context.every(3000, refresh);
  context.on('job.changed', () => context.attempt(refresh));

  const add = () => context.ask({ title: 'Copy a subvolume to another server', act: 'Add',
    body: () => html`<p>Snapshots are taken and sent; after the first one only what differs. The other side keeps them as read-only subvolumes.</p>
      ${field('Subvolume', html`<select name="subvolume">${subvolumes().filter((s) => !s.snapshotOf).map((s) => html`<option value=${s.id}>${visible(s.path)}</option>`)}</select>`)}
      ${field('Other server', html`<input name="url" required placeholder="https://nas.example">`, 'http:// is for this machine only')}
      ${field('Into', html`<input name="into" required placeholder="/backup/projects">`, 'A subvolume there; made if it is not there')}
      ${field('Token', html`<input name="token" type="password" required autocomplete="off">`, html`Made there by <code>ring3 token create NAME --admin</code>; never shown again`)}
      ${field('Certificates', html`<textarea name="certificates" rows="2" placeholder="-----BEGIN CERTIFICATE-----"></textarea>`, 'In PEM; empty for those that this machine trusts')}
      <div class="fields">
        ${field('Every', html`<select name="everySeconds"><option value="900">quarter of an hour</option><option value="3600" selected>hour</option><option value="86400">day</option><option value="0">when asked to</option></select>`)}
        ${field('Speed (MiB/s)', html`<input name="speed" type="number" min="0.0625" step="any" placeholder="no limit">`, 'the most that it sends')}
      </div>
      <div class="fields">
        ${field('Keep hourly', html`<input name="keepHourly" type="number" min="0" max="999" value="24">`, 'there, the newest of so many hours')}
        ${field('Keep daily', html`<input name="keepDaily" type="number" min="0" max="999" value="7">`, 'of so many days')}
        ${field('Keep weekly', html`<input name="keepWeekly" type="number" min="0" max="999" value="4">`, 'of so many weeks')}
      </div>`,
    run: async (form) => {
      const asked = Object.fromEntries(['url', 'into', 'token'].map((name) => [name, form.get(name)]));
      for (const name of ['subvolume', 'everySeconds', 'keepHourly', 'keepDaily', 'keepWeekly']) asked[name] = Number(form.get(name));
      if (form.get('certificates')) asked.certificates = form.get('certificates');
      if (form.get('speed')) asked.bytesPerSecond = Math.round(Number(form.get('speed')) * MIB);
      await api.post('/replications', asked);
      context.say('Replication added');
      await context.attempt(refresh);
    } });

  const run = (row) => context.ask({ title: 'Send now?', act: 'Send now',
    body: () => html`<p>A snapshot of <span class="name">${path(row)}</span> is taken and sent to <span class="name">${row.url}</span>, as a job.</p>
      <label class="check"><input type="checkbox" name="reset"><span>Also if the other side has changed: begin from what both still have, or with everything</span></label>`,
    run: async (form) => {
      await api.post(`/replications/${row.id}/run`, form.get('reset') ? { reset: true } : {});
      context.say('Sending');
      await context.attempt(refresh);
    } });

  const remove = (row) => context.ask({ title: 'Remove this replication?', act: 'Remove', kind: 'danger',
    body: () => html`<p><span class="name">${path(row)}</span> is sent to <span class="name">${row.url}</span> no more. What is there stays there.</p>`,
    run: async () => { await api.delete(`/replications/${row.id}`); await context.attempt(refresh); } });

  return {
    body: () => all && card('Replication', table({
      label: 'Replication', rows: all, key: (row) => row.id,
      none: empty('Nothing is copied to another server', 'Another Ring3 can have a copy of a subvolume that follows it by itself: only what changed is sent, and goes on where it was cut.'),
      columns: [
        { head: 'Subvolume', wrap: true, cell: (row) => html`<span class="name">${path(row)}</span>` },
        { head: 'To', wrap: true, cell: (row) => html`<span class="name">${visible(row.url)}</span> <span class="name muted">${visible(row.into)}</span>` },
        { head: 'Every', number: true, meaning: 'How often a snapshot is sent', cell: (row) => row.everySeconds === BY_HAND ? 'when asked' : duration(row.everySeconds) },
        { head: 'Keeps', number: true, meaning: 'Of how many hours, days and weeks the other side keeps the newest', cell: (row) => `${count(row.keepHourly)} h, ${count(row.keepDaily)} d, ${count(row.keepWeekly)} w` },
        { head: 'Speed', number: true, meaning: 'The most that it sends in a second', cell: (row) => row.bytesPerSecond ? bytesRate(row.bytesPerSecond) : 'no limit' },
        { head: 'Sent', number: true, meaning: 'The age of what the other side has', cell: (row) => row.sent ? html`<time data-tip="${visible(row.sent.name)}, ${time(row.sent.time)}">${ago(row.sent.time)}</time>` : 'nothing yet' },
        { head: 'Next', number: true, meaning: 'When it is sent next by itself', cell: (row) => row.job !== undefined ? badge('running', 'accent') : row.next ? html`<time data-tip=${time(row.next)}>${ago(row.next)}</time>` : '–' },
        { head: '', cell: (row) => html`<span class="row-actions">
          ${context.has('POST /replications/{id}/run') && row.job === undefined ? button('Send now', () => run(row), { label: `Send ${path(row)} now` }) : nothing}
          ${context.has('DELETE /replications/{id}') ? button('Remove', () => remove(row), { label: `Remove the replication of ${path(row)}` }) : nothing}</span>` },
      ],
    }), { flush: true, wide: true, meaning: 'Subvolumes that this server copies to others by itself',
      actions: context.has('POST /replications') ? button('Add a replication', add) : undefined }),
  };
}
