import { html, nothing } from '../vendor/lit-html.js';
import { api, query } from '../lib/api.js';
import { card, table, badge, button, empty, loading, meter, field, definition } from '../lib/ui.js';
import { ago, count, digits, duration, percent, time } from '../lib/format.js';
import { visible } from '../lib/paths.js';
import { replications } from './replications.js';

const STATES = { running: ['running', 'accent'], done: ['done', 'good'], failed: ['failed', 'bad'], cancelled: ['cancelled', 'plain'] };
const STARTS = {
  check: ['Check the volume', 'Holds all metadata against its invariants while the volume is in use. Nothing is changed.'],
  scrub: ['Scrub the data', 'Reads all data back and compares its checksums. Nothing is changed; it costs reading speed.'],
};

/** Long work with its progress, what is done on a schedule, and what administrators did. */
export function jobs(context) {
  let data;
  const refresh = async () => {
    const [j, schedules, audit, subvolumes] = await Promise.all([api.get('/jobs'), ask('/schedules'), ask('/audit', query({ limit: 50 })), ask('/subvolumes')]);
    data = { jobs: j.jobs, schedules: schedules?.schedules, audit: audit?.entries, subvolumes: subvolumes?.subvolumes ?? [] };
  };
  const ask = async (path, more = '') => context.has(`GET ${path}`) ? api.get(path + more) : undefined;
  const path = (row) => visible(data.subvolumes.find((s) => s.id === row.subvolume)?.path ?? `subvolume ${row.subvolume}, which is gone`);
  const copies = context.has('GET /replications') ? replications(context, () => data?.subvolumes ?? [], path) : undefined;
  context.every(3000, refresh);
  context.on('job.changed', () => context.attempt(refresh));

  const start = (kind) => context.ask({ title: STARTS[kind][0], act: 'Start', body: () => html`<p>${STARTS[kind][1]}</p>`,
    run: async () => { await api.post('/jobs', { kind }); context.say(`${STARTS[kind][0]}: started`); await context.attempt(refresh); } });

  const cancel = (job) => context.ask({ title: 'Cancel this job?', act: 'Cancel the job', kind: 'danger',
    body: () => html`<p>“${job.title}” stops at the next safe point. What it has found so far is not kept.</p>`,
    run: async () => { await api.delete(`/jobs/${job.id}`); await context.attempt(refresh); } });

  const progress = (job) => {
    if (job.state === 'running' && job.total) {
      return html`<div class="progress">${meter(job.done / job.total, `Progress of ${job.title}`)}
        <span>${percent(job.done / job.total)}, ${count(job.done)} of ${count(job.total)} ${job.unit ?? ''}</span></div>`;
    }
    if (job.state === 'running') return `${count(job.done ?? 0)} ${job.unit ?? ''} so far`;
    return job.message ?? outcome(job);
  };
  const took = (job) => {
    const seconds = (new Date(job.ended ?? Date.now()) - new Date(job.started)) / 1000;
    return seconds < 1 ? 'less than 1 s' : duration(seconds);
  };
  const outcome = (job) => job.result === undefined ? ''
    : definition(Object.entries(job.result).filter(([, v]) => typeof v !== 'object').slice(0, 4).map(([k, v]) => [k, undefined, typeof v === 'number' ? digits(v) : String(v)]));

  const list = () => card('Jobs', table({
    label: 'Jobs', rows: data.jobs.toSorted((a, b) => new Date(b.started) - new Date(a.started)), key: (job) => job.id,
    none: empty('No job has run', 'A check proves the structure of the volume, a scrub its data. Start one above, or add a schedule below.'),
    columns: [
      { head: 'Job', wrap: true, cell: (job) => job.title },
      { head: 'State', cell: (job) => badge(...STATES[job.state] ?? [job.state]) },
      { head: 'Progress', wrap: true, meaning: 'How much is done, or what came of it', cell: progress },
      { head: 'Started', number: true, meaning: 'When it began', cell: (job) => html`<time data-tip=${time(job.started)}>${ago(job.started)}</time>` },
      { head: 'Took', number: true, meaning: 'How long it ran, or runs by now', cell: (job) => took(job) },
      { head: '', cell: (job) => job.state === 'running' && context.has('DELETE /jobs/{id}') ? button('Cancel', () => cancel(job), { label: `Cancel ${job.title}` }) : nothing },
    ],
  }), { flush: true, wide: true });

  const addSchedule = () => context.ask({ title: 'Take snapshots on a schedule', act: 'Add',
    body: () => html`
      ${field('Subvolume', html`<select name="subvolume">${data.subvolumes.filter((s) => !s.snapshotOf).map((s) => html`<option value=${s.id}>${visible(s.path)}</option>`)}</select>`)}
      ${field('Every', html`<select name="everySeconds"><option value="900">quarter of an hour</option><option value="3600" selected>hour</option>
        <option value="86400">day</option></select>`)}
      <div class="fields">
        ${field('Keep hourly', html`<input name="keepHourly" type="number" min="0" max="999" value="24">`, 'the newest of so many hours')}
        ${field('Keep daily', html`<input name="keepDaily" type="number" min="0" max="999" value="7">`, 'of so many days')}
        ${field('Keep weekly', html`<input name="keepWeekly" type="number" min="0" max="999" value="4">`, 'of so many weeks')}
      </div>`,
    run: async (form) => {
      const number = (name) => Number(form.get(name));
      await api.post('/schedules', { subvolume: number('subvolume'), everySeconds: number('everySeconds'), keepHourly: number('keepHourly'), keepDaily: number('keepDaily'), keepWeekly: number('keepWeekly') });
      context.say('Schedule added');
      await context.attempt(refresh);
    } });

  const removeSchedule = (schedule) => context.ask({ title: 'Remove this schedule?', act: 'Remove', kind: 'danger',
    body: () => html`<p>No more snapshots of <span class="name">${path(schedule)}</span> are taken or deleted by it. Those that are there stay.</p>`,
    run: async () => { await api.delete(`/schedules/${schedule.id}`); await context.attempt(refresh); } });

  const schedules = () => data.schedules && card('Schedules', table({
    label: 'Schedules', rows: data.schedules, key: (row) => row.id,
    none: empty('No schedule', 'The server takes snapshots by itself, and keeps the newest of so many hours, days and weeks.', context.has('POST /schedules') ? button('Take snapshots every hour', addSchedule) : undefined),
    columns: [
      { head: 'Subvolume', wrap: true, cell: (row) => html`<span class="name">${path(row)}</span>` },
      { head: 'Every', number: true, meaning: 'How often a snapshot is taken', cell: (row) => duration(row.everySeconds) },
      { head: 'Hourly', number: true, meaning: 'Of how many hours the newest snapshot is kept', cell: (row) => count(row.keepHourly) },
      { head: 'Daily', number: true, meaning: 'Of how many days', cell: (row) => count(row.keepDaily) },
      { head: 'Weekly', number: true, meaning: 'Of how many weeks', cell: (row) => count(row.keepWeekly) },
      { head: 'Next', number: true, meaning: 'When the next snapshot is taken', cell: (row) => html`<time data-tip=${time(row.next)}>${ago(row.next)}</time>` },
      { head: '', cell: (row) => context.has('DELETE /schedules/{id}') ? button('Remove', () => removeSchedule(row), { label: `Remove the schedule of ${path(row)}` }) : nothing },
    ],
  }), { flush: true, wide: true, meaning: 'Snapshots that the server takes by itself, and how many it keeps',
    actions: context.has('POST /schedules') ? button('Add a schedule', addSchedule) : undefined });

  const audit = () => data.audit && card('What administrators did', table({
    label: 'Audit', rows: data.audit, key: (row) => `${row.time} ${row.target} ${row.who}`, none: empty('Nothing yet'),
    columns: [
      { head: 'When', cell: (row) => html`<time data-tip=${time(row.time)}>${ago(row.time)}</time>` },
      { head: 'Who', cell: (row) => row.who },
      { head: 'What', wrap: true, cell: (row) => html`<code class="name">${row.method} ${row.target}</code>` },
      { head: 'Answer', number: true, meaning: 'The HTTP status: from 200 done, from 400 refused, from 500 failed', cell: (row) => badge(row.status, row.status < 400 ? 'good' : 'bad') },
    ],
  }), { flush: true, wide: true, meaning: 'Every request that could change something, youngest first' });

  return {
    actions: () => context.has('POST /jobs') ? html`${button('Check', () => start('check'))}${button('Scrub', () => start('scrub'))}` : nothing,
    body: () => data ? html`<div class="grid">${list()}${schedules() ?? nothing}${copies?.body() ?? nothing}${audit() ?? nothing}</div>` : context.error ? nothing : loading(),
  };
}
