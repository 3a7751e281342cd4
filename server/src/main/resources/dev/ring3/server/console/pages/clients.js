import { html, nothing } from '../vendor/lit-html.js';
import { api } from '../lib/api.js';
import { card, table, badge, empty, loading } from '../lib/ui.js';
import { bytes, count } from '../lib/format.js';
import { visible } from '../lib/paths.js';

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

  const file = (row) => row.path ? html`<span class="name">${visible(row.path)}</span>` : html`<span class="muted">inode ${row.ino} of subvolume ${row.subvolume}</span>`;
  const who = { head: 'Client', cell: (row) => row.client };
  const range = (row) => row.lastByte === undefined ? row.firstByte === 0 ? 'whole file' : `${bytes(row.firstByte)} to the end`
    : `${bytes(row.lastByte - row.firstByte + 1)} at ${bytes(row.firstByte)}`;
  const known = (what) => data.clients.some((row) => row[what] !== undefined);

  const people = () => card('Clients', table({
    label: 'Clients', rows: data.clients, key: (row) => row.client,
    none: empty('Nobody is here', 'A client appears as soon as it mounts or opens something.'),
    columns: [
      { head: 'Client', cell: (row) => row.client },
      { head: 'Through', meaning: 'The front end that it came through', cell: (row) => badge(ORIGINS[row.origin] ?? row.origin) },
      ...known('address') ? [{ head: 'Address', meaning: 'Where it comes from', cell: (row) => row.address || '–' }] : [],
      { head: 'Open files', number: true, meaning: 'Files and directories that it has open now', cell: (row) => count(row.openFiles) },
      { head: 'Locks', number: true, meaning: 'Advisory locks on ranges or whole files that it holds', cell: (row) => count(row.locks) },
      { head: 'Leases', number: true, meaning: 'Files that it may cache until somebody else wants them (NFS: delegations)', cell: (row) => count(row.leases) },
    ],
  }), { flush: true, wide: true });

  const opens = () => data.opens && card('Open files', table({
    label: 'Open files', rows: data.opens, key: (row) => JSON.stringify(row), none: empty('No file is open'),
    columns: [{ head: 'File', wrap: true, cell: file }, who, { head: 'For', meaning: 'What it was opened to do', cell: (row) => row.access },
      { head: 'Denies', meaning: 'What others may not do meanwhile', cell: (row) => row.denied }],
  }), { flush: true, wide: true, meaning: 'What is open now, by every front end' });

  const locks = () => data.locks && card('Locks', table({
    label: 'Locks', rows: data.locks, key: (row) => JSON.stringify(row), none: empty('No lock is held'),
    columns: [{ head: 'File', wrap: true, cell: file }, who, { head: 'Kind', meaning: 'Shared by readers, or exclusive; on ranges (POSIX, NFS) or by flock', cell: (row) => html`${badge(row.kind)}${badge(row.space)}` },
      { head: 'Process', number: true, meaning: 'Who asked for it, on this machine', cell: (row) => row.process || '–' },
      { head: 'Range', number: true, meaning: 'How long it is, and where in the file it begins', cell: range }],
  }), { flush: true, meaning: 'Advisory locks, by POSIX, flock and NFS in one place' });

  const leases = () => data.leases && card('Leases', table({
    label: 'Leases', rows: data.leases, key: (row) => JSON.stringify(row), none: empty('No lease is held'),
    columns: [{ head: 'File', wrap: true, cell: file }, who, { head: 'Kind', meaning: 'Whether it may cache reads only, or writes too', cell: (row) => badge(row.kind) }],
  }), { flush: true, meaning: 'What clients may cache; NFS calls them delegations' });

  return { body: () => data ? html`<div class="grid">${people()}${opens() ?? nothing}${locks() ?? nothing}${leases() ?? nothing}</div>` : context.error ? nothing : loading() };
}
