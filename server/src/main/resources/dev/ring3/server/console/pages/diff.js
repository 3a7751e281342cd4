import { html, nothing } from '../vendor/lit-html.js';
import { api, query } from '../lib/api.js';
import { family } from '../lib/graph.js';
import { badge, card, empty, failure, loading, table, value } from '../lib/ui.js';
import { bytesParts, bytes, count, time } from '../lib/format.js';
import { visible } from '../lib/paths.js';

const LIMIT = 1000;
const KINDS = { added: ['added', 'good'], removed: ['removed', 'bad'], changed: ['changed', 'warn'] };

/** How two of a family differ, by inode. */
export function diff(context, subvolume, subvolumes, snapshot) {
  const choices = family(subvolumes, subvolume.id).toSorted((a, b) => new Date(a.created) - new Date(b.created));
  const snapshots = choices.filter((s) => s.snapshotOf === subvolume.id);
  const chosen = (name, otherwise) => choices.find((s) => s.id === Number(context.parameters.get(name))) ?? otherwise;
  const from = chosen('from', snapshots.at(-1));
  const to = chosen('to', subvolume);
  let found;
  let error;

  async function load() {
    if (!from) return;
    try {
      found = await api.get(`/diff${query({ from: from.id, to: to.id, limit: LIMIT })}`);
    } catch (problem) {
      error = problem;
    }
    context.update();
  }

  const label = (s) => s.id === subvolume.id ? `${s.path} now` : `${visible(s.name || s.path)} (${time(s.created)})`;
  const go = (a, b) => { location.hash = `#/volume/${subvolume.id}/diff?from=${a}&to=${b}`; };
  const select = (name, text, current, change) => html`<label class="inline"><span>${text}</span><select name=${name} @change=${(event) => change(event.target.value)}>
    ${choices.map((s) => html`<option value=${s.id} ?selected=${s.id === current.id}>${label(s)}</option>`)}</select></label>`;

  function what(each) {
    const marks = [];
    if (each.oldPath && each.newPath && each.oldPath !== each.newPath) marks.push(badge('moved', 'plain', `Was ${each.oldPath}`));
    if (each.attributes) marks.push(badge('attributes', 'plain', 'Owner, permissions, link count or times differ'));
    if (each.xattrs) marks.push(badge('xattrs', 'plain', 'Extended attributes or ACLs differ'));
    return marks;
  }

  function body() {
    if (error) return failure(error);
    if (!found) return loading();
    const of = (kind) => found.differences.filter((each) => each.what === kind).length;
    return html`
      ${found.differences.length === 0 ? nothing : html`<p class="summary">${badge(`${count(of('added'))} added`, 'good')} ${badge(`${count(of('removed'))} removed`, 'bad')}
        ${badge(`${count(of('changed'))} changed`, 'warn')} <span class="muted">${bytes(found.differences.reduce((sum, d) => sum + (d.changedBytes ?? 0), 0))} of content differ${found.truncated ? `; only the first ${count(LIMIT)} are shown` : ''}</span></p>`}
      ${table({
        label: 'Differences', rows: found.differences, key: (each) => each.ino, none: empty('No difference', 'Both show the same.'),
        columns: [
          { head: 'What', cell: (each) => badge(...KINDS[each.what] ?? [each.what]) },
          { head: 'Path', wrap: true, cell: (each) => html`<span class="name">${visible(each.newPath ?? each.oldPath ?? `inode ${each.ino}, without a name`)}</span>` },
          { head: 'Also', wrap: true, cell: what },
          { head: 'Content', number: true, meaning: 'Bytes in ranges that were written, freed or shared anew', cell: (each) => each.changedBytes ? value(bytesParts(each.changedBytes)) : '–' },
        ],
      })}`;
  }

  load();
  return {
    body: () => from ? card('Differences', body(), { flush: true, meaning: 'What one has to do to the first to get the second',
      actions: html`${select('from', 'From', from, (id) => go(id, to.id))}${select('to', 'To', to, (id) => go(from.id, id))}` })
      : card('Differences', empty('Nothing to compare with', 'Take a snapshot first: then everything that changes can be seen here.', snapshot)),
  };
}
