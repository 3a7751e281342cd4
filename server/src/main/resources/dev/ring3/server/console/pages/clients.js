import { html, nothing } from '../vendor/lit-html.js';
import { api } from '../lib/api.js';
import { badge, button, card, empty, loading, table } from '../lib/ui.js';
import { bytes, count, duration } from '../lib/format.js';
import { visible } from '../lib/paths.js';

const USES = { none: 'nothing', read: 'reading', write: 'writing', both: 'reading and writing' };
const ORIGINS = { fuse: 'FUSE mount', nfs: 'NFS', local: 'this process', nio: 'Java' };

/** Who uses the server, and what each has open, locked and leased. */
export function clients(context) {
  let data;
  const refresh = async () => {
    const [c, opens, locks, leases] = await Promise.all([api.get('/clients'), ask('opens'), ask('locks'), ask('leases')]);
    data = { clients: c.clients, opens, locks, leases };
  };
  const ask = async (what) => context.has(`GET /${what}`) ? (await api.get(`/${what}`))[what] : undefined;
  context.every(3000, refresh);
  context.on(['client.evicted', 'mount.added', 'mount.removed'], () => context.attempt(refresh));

  const file = (row) => row.path ? html`<span class="name">${visible(row.path)}</span>` : html`<span class="muted">inode ${row.ino} of subvolume ${row.subvolume}</span>`;
  const who = { head: 'Client', cell: (row) => row.client };
  const held = (rows) => rows.some((row) => row.heldSeconds !== undefined)
    ? [{ head: 'Since', number: true, meaning: 'How long it is held by now', cell: (row) => row.heldSeconds === undefined ? '–' : duration(row.heldSeconds) }] : [];
  const range = (row) => row.lastByte === undefined ? row.firstByte === 0 ? 'whole file' : `${bytes(row.firstByte)} to the end`
    : `${bytes(row.lastByte - row.firstByte + 1)} at ${bytes(row.firstByte)}`;
  const known = (what) => data.clients.some((row) => row[what] !== undefined);

  const evict = (row) => context.ask({ title: `Evict ${row.client}?`, act: 'Evict', kind: 'danger',
    body: () => html`<p>The client of NFS at <span class="name">${visible(row.address)}</span> is ended as if it had gone silent:</p>
      <ul>
        <li><strong>${count(row.openFiles)}</strong> ${row.openFiles === 1 ? 'open file is' : 'open files are'} closed; programs that use them get errors, and what was written and not synced may be lost</li>
        <li><strong>${count(row.locks)}</strong> locks and <strong>${count(row.leases)}</strong> leases are free for others at once</li>
        <li>it may come back by itself, with nothing; who is to stay away must not be among the clients of the export</li>
      </ul>`,
    run: async () => {
      await api.delete(`/clients/${row.origin}/${row.id}`);
      context.say(`${row.client} is evicted`);
      await context.attempt(refresh);
    } });

  /** Those that hold something before the others, else by their numbers. */
  const holds = (row) => row.openFiles + row.locks + row.leases > 0;
  const inOrder = (rows) => rows.toSorted((a, b) => holds(b) - holds(a) || (a.origin < b.origin ? -1 : a.origin > b.origin ? 1 : a.id - b.id));

  const canEvict = context.has('DELETE /clients/{origin}/{id}');
  const remote = () => data.clients.some((row) => row.origin === 'nfs');
  const people = () => card('Clients', table({
    label: 'Clients', rows: inOrder(data.clients), key: (row) => row.client,
    none: empty('Nobody is here', html`A client appears as soon as it mounts or opens something: <a href="#/exports">Exports</a> says how.`),
    columns: [
      { head: 'Client', cell: (row) => row.client },
      { head: 'Through', meaning: 'The front end that it came through', cell: (row) => badge(ORIGINS[row.origin] ?? row.origin) },
      ...known('address') ? [
        { head: 'Address', meaning: 'Where it came from first', cell: (row) => row.address ? html`<span class="name">${visible(row.address)}</span>` : '–' },
        { head: 'Version', meaning: 'Of NFS; 4.1 stands for 4.2 too', cell: (row) => row.version ?? '–' },
        { head: 'Sessions', number: true, meaning: 'Connections of NFSv4.1 and later that outlive their sockets; there are none in 4.0', cell: (row) => row.sessions ?? '–' },
        { head: 'Silent', number: true, meaning: 'How long nothing was heard of it; after a lease of 90 seconds others may have what it holds', cell: (row) => row.silentSeconds === undefined ? '–' : duration(row.silentSeconds) }] : [],
      { head: 'Open files', number: true, meaning: 'Files and directories that it has open now', cell: (row) => count(row.openFiles) },
      { head: 'Locks', number: true, meaning: 'Advisory locks on ranges or whole files that it holds', cell: (row) => count(row.locks) },
      { head: 'Leases', number: true, meaning: 'Files that it may cache until somebody else wants them (NFS: delegations)', cell: (row) => count(row.leases) },
      ...canEvict && remote() ? [{ head: '', cell: (row) => row.origin === 'nfs' ? button('Evict', () => evict(row), { label: `Evict ${row.client}` }) : nothing }] : [],
    ],
  }), { flush: true, wide: true, low: true, meaning: 'Who uses the volume now; those that hold something first' });

  const opens = () => data.opens && card('Open files', table({
    label: 'Open files', rows: data.opens, key: (row) => JSON.stringify(row), none: empty('No file is open', 'What clients open shows here, with who has it and what for.'),
    columns: [{ head: 'File', wrap: true, cell: file }, who, { head: 'For', meaning: 'What it was opened to do', cell: (row) => USES[row.access] ?? row.access },
      { head: 'Denies', meaning: 'What others may not do meanwhile', cell: (row) => USES[row.denied] ?? row.denied }, ...held(data.opens)],
  }), { flush: true, wide: true, meaning: 'What is open now, by every front end' });

  const locks = () => data.locks && card('Locks', table({
    label: 'Locks', rows: data.locks, key: (row) => JSON.stringify(row), none: empty('No lock is held', html`Locks of <code>fcntl</code>, <code>flock</code> and NFS show here.`),
    columns: [{ head: 'File', wrap: true, cell: file }, who, { head: 'Kind', meaning: 'Shared by readers, or exclusive; on ranges (POSIX, NFS) or by flock', cell: (row) => html`${badge(row.kind)}${badge(row.space)}` },
      { head: 'Process', number: true, meaning: 'Who asked for it, on this machine', cell: (row) => row.process || '–' },
      { head: 'Range', number: true, meaning: 'How long it is, and where in the file it begins', cell: range }, ...held(data.locks)],
  }), { flush: true, wide: true, meaning: 'Advisory locks, by POSIX, flock and NFS in one place' });

  const leases = () => data.leases && card('Leases', table({
    label: 'Leases', rows: data.leases, key: (row) => JSON.stringify(row), none: empty('No lease is held', 'A client of NFS that opens a file alone may be promised that it can cache it; it shows here.'),
    columns: [{ head: 'File', wrap: true, cell: file }, who, { head: 'Kind', meaning: 'Whether it may cache reads only, or writes too', cell: (row) => html`${badge(row.kind)}${row.recalled ? badge('wanted back', 'warn', 'Somebody else waits for the client to give it back') : nothing}` }, ...held(data.leases)],
  }), { flush: true, wide: true, meaning: 'What clients may cache; NFS calls them delegations' });

  return { body: () => data ? html`<div class="grid">${people()}${opens() ?? nothing}${locks() ?? nothing}${leases() ?? nothing}</div>` : context.error ? nothing : loading() };
}
