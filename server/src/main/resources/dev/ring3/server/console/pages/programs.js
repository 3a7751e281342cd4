import { html, nothing } from '../vendor/lit-html.js';
import { repeat } from '../vendor/directives/repeat.js';
import { api, query } from '../lib/api.js';
import { badge, button, card, definition, empty, field, loading, table, value } from '../lib/ui.js';
import { ago, clockSeconds, count, nanosParts, percent, rate, time } from '../lib/format.js';
import { visible } from '../lib/paths.js';
import { code } from './code.js';
import { maps } from './maps.js';

const RECORDS_SHOWN = 200;
const PERIOD_MS = 2000;
const CHANGES = ['hook.attached', 'hook.replaced', 'hook.detached', 'hook.failed'];

/** BPF programs in the path of the volume: what is attached, what it does and costs, what it says. */
export function programs(context, before) {
  let hooks = before?.hooks;
  let last;
  let rates = new Map();
  const name = context.path[0];
  const contents = name ? maps(context, name) : undefined;
  const instructions = name && context.has('GET /hooks/{name}/listing') ? code(context, name) : undefined;
  const trace = context.has('GET /trace') ? records(context) : undefined;

  const refresh = async () => {
    const found = (await api.get('/hooks')).hooks;
    const now = performance.now();
    const seen = new Map();
    for (const hook of found) for (const program of hook.programs) seen.set(`${hook.name}/${program.name}`, program);
    if (last) {
      const seconds = (now - last.at) / 1000;
      rates = new Map([...seen].map(([key, program]) => {
        const earlier = last.seen.get(key);
        return [key, earlier && seconds > 0 ? Math.max(0, program.runs - earlier.runs) / seconds : undefined];
      }));
    }
    last = { at: now, seen };
    hooks = found;
  };
  context.every(PERIOD_MS, refresh);
  context.on(CHANGES, () => context.attempt(refresh));

  const sum = (hook, what) => hook.programs.reduce((total, program) => total + program[what], 0);
  const rateOf = (hook) => hook.programs.reduce((total, program) => total + (rates.get(`${hook.name}/${program.name}`) ?? 0), 0);
  const where = (hook) => hook.scope === 'server' ? 'everything' : html`<span class="name">${visible(hook.path)}</span>`;
  const state = (hook) => hook.failure ? badge('failed', 'bad', hook.failure) : hook.observeOnly ? badge('observes', 'plain', 'It sees operations and refuses none') : badge('decides', 'accent', 'What it refuses does not happen');
  const mean = (runs, nanos) => runs && nanos ? value(nanosParts(nanos / runs)) : '–';

  const attach = () => context.ask({ title: 'Attach a program', act: 'Verify and attach',
    body: () => html`<p>An object that <code>clang -target bpf</code> made. It is verified first; what is not safe is not attached.</p>
      ${field('Object file', html`<input type="file" name="object" required accept=".o">`)}
      ${field('Name', html`<input name="name" required pattern="[A-Za-z0-9._\\-]+" maxlength="64">`, 'Letters, digits, . _ -; what has that name is replaced, without a moment in between')}
      ${field('Path of the subvolume', html`<input name="path" placeholder="everything">`, 'With all that lies in it; empty for the whole server')}
      <div class="fields">
        ${field('Place', html`<input name="order" type="number" min="0" max="1000000" value="0">`, 'Smaller is asked first')}
        ${field('Its word', html`<select name="observeOnly"><option value="">as the object says</option><option value="false">decides</option><option value="true">only observes</option></select>`)}
        ${field('If it fails', html`<select name="failMode"><option value="">as the object says</option><option value="open">operations go on</option><option value="closed">operations are refused</option></select>`)}
      </div>`,
    run: async (form) => {
      const asked = Object.fromEntries(['name', 'path', 'order', 'observeOnly', 'failMode'].map((each) => [each, form.get(each)]));
      await api.send('POST', `/hooks${query(asked)}`, form.get('object'));
      context.say(`${asked.name} is attached`);
      await context.attempt(refresh);
    } });

  const detach = (hook) => context.ask({ title: `Detach ${hook.name}?`, act: 'Detach', kind: 'danger',
    body: () => html`<p>Its programs are asked no more from this moment; runs that began finish.${hook.observeOnly ? nothing : ' What they refused is allowed again.'}
      What is in its maps is lost.</p>`,
    run: async () => {
      await api.delete(`/hooks/${encodeURIComponent(hook.name)}`);
      context.say(`${hook.name} is detached`);
      if (name === hook.name) location.hash = '#/programs';
      await context.attempt(refresh);
    } });

  const list = () => card('Attached', table({
    label: 'Attached objects', rows: hooks, key: (hook) => hook.name, selected: (hook) => hook.name === name,
    none: empty('No program is attached', 'A program in BPF decides, counts or records what happens to files: per subvolume, verified, and while the server runs.',
      context.has('POST /hooks') ? button('Attach a program', attach, { kind: 'main' }) : undefined),
    columns: [
      { head: 'Object', wrap: true, cell: (hook) => html`<a class="name" href="#/programs/${encodeURIComponent(hook.name)}">${hook.name}</a> ${state(hook)}` },
      { head: 'Asked about', wrap: true, cell: where },
      { head: 'Place', number: true, meaning: 'In the chain: smaller ones are asked first', cell: (hook) => hook.order },
      { head: 'Rate', number: true, meaning: 'Runs of its programs per second', cell: (hook) => last ? rate(rateOf(hook)) : '–' },
      { head: 'Time', number: true, meaning: 'Mean time of a run, since it was attached', cell: (hook) => mean(sum(hook, 'runs'), sum(hook, 'nanos')) },
      { head: 'Refused', number: true, meaning: 'Operations that it refused, since it was attached', cell: (hook) => count(sum(hook, 'refusals')) },
      { head: '', cell: (hook) => context.has('DELETE /hooks/{name}') ? button('Detach', () => detach(hook), { label: `Detach ${hook.name}` }) : nothing },
    ],
  }), { flush: true, wide: true });

  const detail = (hook) => html`
    ${card(hook.name, html`${hook.failure ? html`<div class="notice" data-kind="bad">${hook.failure}</div>` : nothing}
      ${definition([
        ['Attached', undefined, html`<time data-tip=${time(hook.since)}>${ago(hook.since)}</time>`],
        ['Asked about', undefined, where(hook)],
        ['Its word', 'Whether what it refuses does not happen', hook.observeOnly ? 'observes' : 'decides'],
        ['If it fails', 'What becomes of operations when a program faults or takes too long', hook.failMode === 'open' ? 'operations go on' : 'operations are refused'],
      ])}`, { wide: true })}
    ${card('Programs', table({
      label: 'Programs', rows: hook.programs, key: (program) => program.name, none: empty('It has no program that could be loaded'),
      columns: [
        { head: 'Program', cell: (program) => html`<span class="name">${program.name}</span>` },
        { head: 'At', meaning: 'What it is asked about', cell: (program) => html`<code>${program.section}</code>` },
        { head: 'Rate', number: true, meaning: 'Runs per second', cell: (program) => { const now = rates.get(`${hook.name}/${program.name}`); return now === undefined ? '–' : rate(now); } },
        { head: 'Runs', number: true, meaning: 'How often it ran since it was attached', cell: (program) => count(program.runs) },
        { head: 'Time', number: true, meaning: 'Mean time of a run', cell: (program) => mean(program.runs, program.nanos) },
        { head: 'Refused', number: true, meaning: 'How often it refused, and which share of its runs that is', cell: (program) => program.refusals ? `${count(program.refusals)} (${percent(program.refusals / program.runs)})` : '0' },
        { head: 'Invalid', number: true, meaning: 'Results that were no error number; they refuse with EPERM', cell: (program) => program.invalidResults ? badge(count(program.invalidResults), 'warn') : '0' },
      ],
    }), { flush: true, wide: true })}
    ${contents ? contents.body() : nothing}
    ${instructions ? instructions.body() : nothing}`;

  return {
    get hooks() { return hooks; },
    actions: () => context.has('POST /hooks') ? button('Attach a program', attach, { kind: 'main' }) : nothing,
    body: () => {
      if (!hooks) return context.error ? nothing : loading();
      const chosen = hooks.find((hook) => hook.name === name);
      return html`<div class="grid">${list()}${chosen ? detail(chosen) : nothing}${trace?.body(name) ?? nothing}</div>`;
    },
  };
}

/** What programs write, as it comes. */
function records(context) {
  let paused = false;
  let kept = [];
  const source = new EventSource(api.url('/trace'));
  context.ends(() => source.close());
  source.addEventListener('record', (event) => {
    if (paused) return;
    kept = [{ id: event.lastEventId, ...JSON.parse(event.data) }, ...kept].slice(0, RECORDS_SHOWN);
    context.update();
  });
  const line = (record) => html`<li><time class="muted">${clockSeconds(record.time)}</time> <span class="badge">${record.object}</span>
    ${record.type ? html`<span class="muted">${record.type}</span>` : nothing} <span class="name">${visible(record.text)}</span></li>`;
  return {
    body: (object) => {
      const shown = object ? kept.filter((record) => record.object === object) : kept;
      return card('Live records', shown.length === 0 ? empty(paused ? 'Stopped' : 'Listening', 'What programs write into their ring buffers shows here as it comes; examples/audit writes a record for every operation.')
        : html`<ol class="records" tabindex="0" role="region" aria-label="Live records">${repeat(shown, (record) => record.id, line)}</ol>`,
      { wide: true, meaning: `The last ${RECORDS_SHOWN} records of attached programs, youngest first`,
        actions: button(paused ? 'Go on' : 'Stop', () => { paused = !paused; context.update(); }, { label: paused ? 'Go on listening' : 'Stop listening' }) });
    },
  };
}
