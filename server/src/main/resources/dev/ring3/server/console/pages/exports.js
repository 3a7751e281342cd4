import { html, nothing } from '../vendor/lit-html.js';
import { api, query } from '../lib/api.js';
import { badge, button, card, command, empty, field, loading, table } from '../lib/ui.js';
import { visible } from '../lib/paths.js';

const SQUASH = {
  root: 'the administrator of a client counts as nobody',
  all: 'all users of a client count as nobody',
  none: 'everybody counts as who they are there, the administrator too',
};
const TLS = {
  off: ['off', 'plain', 'What clients send and get can be read on the way'],
  offered: ['offered', 'accent', 'For clients that ask for it'],
  required: ['required', 'good', 'Other machines are refused without it'],
};
const networks = (text) => text.split(/[\s,;]+/).filter(Boolean);

/** Where the volume is used from: what NFS exports, to whom and how; and the mounts of the server's own machine. */
export function exports(context) {
  let data;
  const refresh = async () => {
    const [all, list] = await Promise.all([api.get('/exports'), api.get('/subvolumes')]);
    data = { nfs: all.exports.filter((each) => each.kind === 'nfs'), mounts: all.exports.filter((each) => each.kind === 'fuse'), subvolumes: list.subvolumes };
  };
  context.every(5000, refresh);
  context.on(['exports.changed', 'mount.added', 'mount.removed', 'subvolume.created', 'subvolume.deleted'], () => context.attempt(refresh));

  const changes = context.has('POST /exports/nfs', 'PATCH /exports/nfs', 'DELETE /exports/nfs');
  const mounts = context.has('POST /mounts', 'DELETE /mounts');
  const path = (each) => html`<span class="name">${visible(each.path)}</span>`;
  const done = async (what) => { context.say(what); await context.attempt(refresh); };

  /** The rules of an export, as fields of a form. */
  const rules = (each) => html`
    ${field('Who may have it', html`<input name="clients" .defaultValue=${(each.clients ?? []).join(', ')} placeholder="this machine alone">`,
      'Addresses and networks: 192.168.1.7, 10.0.0.0/8. Empty for this machine alone')}
    ${field('Squash', html`<select name="squash">${Object.entries(SQUASH).map(([name, meaning]) => html`
      <option value=${name} ?selected=${name === (each.squash ?? 'root')}>${name}: ${meaning}</option>`)}</select>`)}
    <label class="check"><input type="checkbox" name="readOnly" .defaultChecked=${Boolean(each.readOnly)}><span>Read-only</span></label>
    <label class="check"><input type="checkbox" name="async" .defaultChecked=${Boolean(each.async)}>
      <span>Answer before it is durable: quicker, and a crash may take back the last second</span></label>
    <label class="check"><input type="checkbox" name="insecure" .defaultChecked=${Boolean(each.insecure)}>
      <span>Believe clients at any port, which any user of their machine can use</span></label>`;
  const asked = (form) => ({ clients: networks(form.get('clients')), squash: form.get('squash'),
    readOnly: form.has('readOnly'), async: form.has('async'), insecure: form.has('insecure') });

  function add() {
    const free = data.subvolumes.filter((s) => !data.nfs.some((each) => each.path === s.path)).toSorted((a, b) => a.path < b.path ? -1 : 1);
    const whole = data.nfs.find((each) => each.path === '/');
    if (whole) {
      takeAway(whole, 'Export parts instead of the whole?', html`<p>The whole volume is exported at <span class="name">/</span>, and then nothing else can be. Without it,
        each subvolume is exported by rules of its own.</p>`, add);
      return;
    }
    if (free.length === 0) {
      context.say('Every subvolume is exported; create one on the page Volume');
      return;
    }
    context.ask({ title: 'Export a subvolume', act: 'Export',
      body: () => html`
        <p>Clients find it at its path, with all that lies in it. It stays exported over restarts.</p>
        ${field('Subvolume', html`<select name="path">${free.map((s) => html`<option value=${s.path}>${visible(s.path)}</option>`)}</select>`)}
        ${rules({})}`,
      run: async (form) => {
        await api.post('/exports/nfs', { path: form.get('path'), ...asked(form) });
        await done(`${form.get('path')} is exported`);
      } });
  }

  const change = (each) => context.ask({ title: `Change the export of ${visible(each.path)}`, act: 'Change',
    body: () => rules(each),
    run: async (form) => {
      await api.patch(`/exports/nfs${query({ path: each.path })}`, asked(form));
      await done(`${each.path} is changed`);
    } });

  const remove = (each) => takeAway(each, `Export ${visible(each.path)} no more?`, nothing);
  const takeAway = (each, title, why, then) => context.ask({ title, act: `Remove ${visible(each.path)}`, kind: 'danger',
    body: () => html`${why}<p>What clients have open, locked and delegated there is gone at once; their files are stale. The files themselves stay.</p>`,
    run: async () => {
      await api.delete(`/exports/nfs${query({ path: each.path })}`);
      await done(`${each.path} is exported no more`);
      if (then) setTimeout(then);
    } });

  const reset = () => context.ask({ title: 'Go back to what the server was started with?', act: 'Go back', kind: 'danger',
    body: () => html`<p>Exports are again as <code>serve</code> was told, and what was changed since is forgotten. Clients of what is exported no more lose what they have open.</p>`,
    run: async () => { await api.post('/exports/nfs/reset'); await done('The exports are as the server was started with'); } });

  const mount = () => context.ask({ title: 'Mount the volume on this machine', act: 'Mount',
    body: () => html`<p>By FUSE, in an empty directory of the machine that the server runs on, until the server stops.</p>
      ${field('Directory', html`<input name="directory" required placeholder="/mnt">`, 'An absolute path; it must be there')}
      <label class="check"><input type="checkbox" name="readOnly"><span>Read-only</span></label>
      <label class="check"><input type="checkbox" name="allowOther"><span>Let other users in; where root mounts, they always are</span></label>`,
    run: async (form) => {
      await api.post('/mounts', { directory: form.get('directory'), readOnly: form.has('readOnly'), allowOther: form.has('allowOther') });
      await done('Mounted');
    } });

  const unmount = (each) => context.ask({ title: 'Take this mount away?', act: 'Unmount', kind: 'danger',
    body: () => html`<p><span class="name">${visible(each.address)}</span> shows the volume no more; programs that use files there get errors. Nothing is lost.</p>`,
    run: async () => { await api.delete(`/mounts${query({ directory: each.address })}`); await done('Unmounted'); } });

  const writing = (each) => each.readOnly ? badge('read-only') : badge('read and write', 'accent');

  const nfs = () => card('NFS', table({
    label: 'NFS exports', rows: data.nfs, key: (each) => each.path,
    none: empty('Nothing is exported by NFS', changes ? 'Export a subvolume, or / for the whole volume: clients then mount it. It wants a server that was started with NFS.' : undefined),
    columns: [
      { head: 'Subvolume', cell: path },
      { head: 'Use', meaning: 'What clients may do with it, and whether they wait until it is durable', cell: (each) => html`${writing(each)}${each.async ? badge('async', 'warn', 'Changes of names are answered before they are durable') : nothing}` },
      { head: 'For', wrap: true, meaning: 'Who may have it', cell: (each) => each.clients.length === 0 ? 'this machine' : html`<span class="name">${each.clients.join(', ')}</span>` },
      { head: 'Squash', meaning: 'Whose user ids count as nobody’s, and whether calls from any port are believed', cell: (each) => html`${badge(each.squash, 'plain', SQUASH[each.squash])}${each.insecure ? badge('any port', 'warn', 'Any user of a client’s machine can claim to be another') : nothing}` },
      ...data.nfs.some((each) => each.tls) ? [{ head: 'TLS', meaning: 'Whether what goes over the network is encrypted; told to the server by --nfs-tls', cell: (each) => badge(...TLS[each.tls] ?? [each.tls]) }] : [],
      { head: 'How to mount it', wrap: true, cell: (each) => command(context, each.how, `Copy the command for ${each.path}`) },
      ...changes ? [{ head: '', cell: (each) => html`<span class="row-actions">${button('Change', () => change(each), { label: `Change the export of ${visible(each.path)}` })}
        ${button('Remove', () => remove(each), { label: `Remove the export of ${visible(each.path)}` })}</span>` }] : [],
    ],
  }), { flush: true, wide: true, meaning: 'Subvolumes that other machines mount, and by which rules',
    actions: changes ? html`${context.has('POST /exports/nfs/reset') ? button('As started', reset, { label: 'Go back to the exports that the server was started with' }) : nothing}
      ${button('Export a subvolume', add)}` : undefined });

  const local = () => card('Mounts', table({
    label: 'Mounts', rows: data.mounts, key: (each) => each.address,
    none: empty('It is not mounted on this machine', mounts ? html`A mount shows the volume in a directory, by FUSE. <code>serve --mount DIR</code> makes one at the start.` : undefined,
      mounts ? button('Mount it', mount) : undefined),
    columns: [
      { head: 'Directory', wrap: true, cell: (each) => html`<span class="name">${visible(each.address)}</span>` },
      { head: 'Use', meaning: 'What can be done through it', cell: writing },
      ...mounts ? [{ head: '', cell: (each) => button('Unmount', () => unmount(each), { label: `Unmount ${visible(each.address)}` }) }] : [],
    ],
  }), { flush: true, wide: true, meaning: 'Directories of the server’s machine that show the volume, by FUSE; those made here last until the server stops',
    actions: mounts ? button('Mount', mount, { label: 'Mount in a directory' }) : undefined });

  return { body: () => data ? html`<div class="grid">${nfs()}${local()}</div>` : context.error ? nothing : loading() };
}
