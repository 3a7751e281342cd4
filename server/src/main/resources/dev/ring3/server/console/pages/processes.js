import { html, nothing } from '../vendor/lit-html.js';
import { api } from '../lib/api.js';
import { badge, card, empty, loading, table, value } from '../lib/ui.js';
import { bytesParts, clockSeconds, count, digits } from '../lib/format.js';
import { visible } from '../lib/paths.js';

const EXITS_SHOWN = 50;
const KERNEL = 2;
const WAYS = { open: ['open', 'plain', 'By a descriptor: opened, inherited or passed on'], cwd: ['works in', 'accent', 'Its working directory'], root: ['root', 'accent', 'Its root directory'], exe: ['runs', 'accent', 'The program that it runs'] };
const STATES = { R: ['runs', 'good'], S: ['waits', 'plain'], D: ['waits on I/O', 'warn'], Z: ['has ended', 'bad'], T: ['is stopped', 'warn'], t: ['is traced', 'warn'], I: ['idle', 'plain'] };

/** How a process ended, of the status that wait(2) gives. */
function ending(status) {
  const signal = status & 0x7f;
  return signal === 0 ? status >> 8 === 0 ? badge('0', 'good', 'It ended well') : badge(String(status >> 8), 'bad', 'Its exit status')
    : badge(`signal ${signal}`, 'bad', 'The signal that ended it');
}

/** The processes of the server's machine: a tree, what each takes, which locks it holds; and who ends. */
export function processes(context) {
  let all;
  let locks;
  let files;
  let filter = '';
  let exits = [];
  context.every(3000, async () => {
    const [p, l, f] = await Promise.all([api.get('/processes'), context.has('GET /locks') ? api.get('/locks') : undefined, context.has('GET /processes/files') ? api.get('/processes/files') : undefined]);
    // Threads of the kernel are listed as processes: number 2 and its children. Nobody can do anything with them.
    all = p.processes.filter((process) => process.pid !== KERNEL && process.parent !== KERNEL);
    locks = l?.locks;
    files = f?.files;
  });
  context.on('proc.exit', (event) => {
    const known = all?.find((process) => process.pid === event.pid);
    exits = [{ ...event, at: Date.now(), name: known?.name }, ...exits].slice(0, EXITS_SHOWN);
    context.update();
  });

  /** Parents before their children, each with its depth. */
  function tree() {
    const children = Map.groupBy(all, (process) => all.some((each) => each.pid === process.parent) ? process.parent : 0);
    const rows = [];
    const visit = (process, depth) => {
      rows.push({ ...process, depth });
      for (const child of children.get(process.pid) ?? []) visit(child, depth + 1);
    };
    for (const root of children.get(0) ?? []) visit(root, 0);
    return rows;
  }
  const text = (process) => `${process.pid} ${process.name} ${process.command.join(' ')}`.toLowerCase();
  const held = (process) => locks.filter((lock) => lock.process === process.pid).length;
  const holds = (process) => files.filter((file) => file.pid === process.pid).length;
  const nameOf = (pid) => all.find((process) => process.pid === pid)?.name;

  const list = () => {
    const rows = filter ? all.filter((process) => text(process).includes(filter)).map((process) => ({ ...process, depth: 0 })) : tree();
    return card('Processes', table({
      label: 'Processes', rows, key: (process) => process.pid, none: empty('None', filter ? `No process has “${filter}” in its name or command.` : undefined),
      columns: [
        { head: 'Process', wrap: true, cell: (process) => html`<span class="indent-${Math.min(8, process.depth)}"><span class="name">${visible(process.name)}</span>
          <span class="muted command-line" data-tip=${visible(process.command.join(' ')) || nothing}>${visible(process.command.slice(1).join(' '))}</span></span>` },
        { head: 'Number', number: true, meaning: 'The process id; it is used again when the process is gone', cell: (process) => process.pid },
        { head: 'Identity', number: true, meaning: 'Its inode in pidfs: no other process ever has it until the machine starts again', cell: (process) => process.id ?? '–' },
        { head: 'User', number: true, meaning: 'Number of the user who runs it', cell: (process) => process.uid },
        { head: 'State', meaning: 'What it does at this moment', cell: (process) => badge(...STATES[process.state] ?? [process.state]) },
        { head: 'CPU', number: true, meaning: 'Time that processors spent on it since it began', cell: (process) => value([digits(process.cpuSeconds), 's']) },
        { head: 'Memory', number: true, meaning: 'How much of its memory is in RAM', cell: (process) => value(bytesParts(process.residentBytes)) },
        ...files ? [{ head: 'Files', number: true, meaning: 'Files and directories of this volume that it has open, works in or runs, through a mount of this machine', cell: (process) => count(holds(process)) }] : [],
        ...locks ? [{ head: 'Locks', number: true, meaning: 'Locks on files of this volume that it holds', cell: (process) => count(held(process)) }] : [],
      ],
    }), { flush: true, wide: true, meaning: 'Those of the machine that the server runs on; also files, in the directory .pidfs of the volume',
      actions: html`<label class="inline"><span>Find</span><input type="search" name="find" .value=${filter} @input=${(event) => { filter = event.target.value.toLowerCase(); context.update(); }}></label>` });
  };

  const holders = () => files && card('Files in use', table({
    label: 'Files in use', rows: files, key: (file) => `${file.pid} ${file.how} ${file.path}`, none: empty('No file is in use', 'A process appears as soon as it opens something on a mount of this machine.'),
    columns: [
      { head: 'Process', cell: (file) => html`<span class="name">${visible(nameOf(file.pid) ?? '')}</span> <span class="muted">${file.pid}</span>` },
      { head: 'How', meaning: 'What keeps it in use', cell: (file) => badge(...WAYS[file.how] ?? [file.how]) },
      { head: 'File', wrap: true, cell: (file) => html`<span class="name">${visible(file.path)}</span>${file.deleted ? badge('has lost this name', 'warn', 'Its content stays until it is closed') : nothing}` },
    ],
  }), { flush: true, low: true, meaning: 'Which processes keep files of the volume in use, so that it cannot be unmounted. Clients of NFS are on the page Clients' });

  const ended = () => card('Ended', table({
    label: 'Processes that ended', rows: exits, key: (exit) => `${exit.id} ${exit.at}`, none: empty('Listening', 'A process that ends shows here with how it ended.'),
    columns: [
      { head: 'When', cell: (exit) => clockSeconds(exit.at) },
      { head: 'Process', cell: (exit) => html`<span class="name">${exit.name ? visible(exit.name) : '–'}</span>` },
      { head: 'Number', number: true, meaning: 'Its process id', cell: (exit) => exit.pid },
      { head: 'How', number: true, meaning: 'Exit status, or the signal that ended it', cell: (exit) => ending(exit.waitStatus) },
    ],
  }), { flush: true, low: true, wide: !files, meaning: `The last ${EXITS_SHOWN} that ended since this page was opened` });

  return { body: () => all ? html`<div class="grid">${holders() ?? nothing}${ended()}${list()}</div>` : context.error ? nothing : loading() };
}
