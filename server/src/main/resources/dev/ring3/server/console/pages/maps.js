import { html, nothing } from '../vendor/lit-html.js';
import { api, query } from '../lib/api.js';
import { badge, button, card, empty, failure, field, table } from '../lib/ui.js';
import { bytes, count } from '../lib/format.js';
import { visible } from '../lib/paths.js';

const SHOWN_MAX = 200;
const PERIOD_MS = 2000;

/** A value of C as one line: 7, or field=value with commas between. */
export function line(value) {
  if (Array.isArray(value)) return `[${value.map(line).join(', ')}]`;
  if (value && typeof value === 'object') return Object.entries(value).map(([name, each]) => `${name}=${line(each)}`).join(', ');
  return String(value);
}

/** The maps of an attached object and what is in them. */
export function maps(context, object) {
  const base = `/hooks/${encodeURIComponent(object)}/maps`;
  let list;
  let chosen;
  let entries;
  let error;

  async function refresh() {
    try {
      list ??= (await api.get(base)).maps;
      chosen ??= list.find((map) => map.listable)?.name;
      const asked = chosen;
      const found = asked && (await api.get(`${base}/${encodeURIComponent(asked)}${query({ limit: SHOWN_MAX })}`)).entries;
      if (asked === chosen) entries = found;
      error = undefined;
    } catch (problem) {
      error = problem;
    }
  }
  if (context.has('GET /hooks/{name}/maps')) context.every(PERIOD_MS, refresh);

  const set = (entry) => context.ask({ title: `Set a value of ${chosen}`, act: 'Set',
    body: () => html`${field('Key', html`<input name="key" required .defaultValue=${entry ? line(entry.key) : ''}>`, 'As it is shown: a number, or field=value')}
      ${field('Value', html`<input name="value" required .defaultValue=${entry ? line(entry.value) : ''}>`, 'Of a structure field=value, commas between; fields that are not named stay')}`,
    run: async (form) => {
      await api.put(`${base}/${encodeURIComponent(chosen)}`, { key: form.get('key'), value: form.get('value') });
      await context.attempt(refresh);
    } });

  function content() {
    if (error) return failure(error);
    if (!list) return empty('Loading…');
    if (list.length === 0) return empty('It has no maps');
    const map = list.find((each) => each.name === chosen);
    return html`<p class="summary">${list.map((each) => html`<button type="button" class="chip" aria-pressed=${each.name === chosen} ?disabled=${!each.listable}
        @click=${() => { chosen = each.name; entries = undefined; context.attempt(refresh); }}>${each.name}</button>`)}</p>
      ${map ? html`<p class="summary muted">${badge(map.kind)} keys of ${bytes(map.keyBytes)}, values of ${bytes(map.valueBytes)}, room for ${count(map.entriesMax)}</p>` : nothing}
      ${entries ? table({
        label: `Entries of ${chosen}`, rows: entries, key: (entry) => line(entry.key), none: empty('Empty', 'No program has put anything here yet.'),
        columns: [
          { head: 'Key', wrap: true, cell: (entry) => html`<code class="name">${visible(line(entry.key))}</code>` },
          { head: 'Value', wrap: true, cell: (entry) => html`<code class="name">${visible(line(entry.value))}</code>` },
          { head: '', cell: (entry) => context.has('PUT /hooks/{name}/maps/{map}') ? button('Set', () => set(entry), { label: `Set the value of ${line(entry.key)}` }) : nothing },
        ],
      }) : nothing}
      ${entries?.length === SHOWN_MAX ? html`<p class="summary muted">The first ${SHOWN_MAX} are shown.</p>` : nothing}`;
  }

  return {
    body: () => card('Maps', content(), { flush: true, wide: true, meaning: 'What its programs keep between runs, as it is now',
      actions: chosen && context.has('PUT /hooks/{name}/maps/{map}') ? button('Set a value', () => set()) : undefined }),
  };
}
