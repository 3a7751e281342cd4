import { html, nothing } from '../vendor/lit-html.js';
import { api } from '../lib/api.js';
import { button, card, empty, failure, table, value } from '../lib/ui.js';
import { bytes, bytesParts } from '../lib/format.js';
import { visible } from '../lib/paths.js';

const TOGETHER = 4;

/** What a subvolume and each of its snapshots hold alone, and what others hold too: counted when it is asked for. */
export function usage(context, chosen, versions) {
  const counted = new Map();
  let busy = false;
  let error;

  async function count() {
    busy = true;
    error = undefined;
    const left = [...versions];
    const worker = async () => {
      for (let each = left.shift(); each && context.live; each = left.shift()) {
        counted.set(each.id, await api.get(`/subvolumes/${each.id}/usage`));
        context.update();
      }
    };
    try {
      await Promise.all(Array.from({ length: TOGETHER }, worker));
    } catch (problem) {
      error = problem;
    }
    busy = false;
    context.update();
  }
  count();

  const bar = (s) => {
    const found = counted.get(s.id);
    const most = Math.max(1, ...[...counted.values()].map((each) => each.exclusiveBytes + each.sharedBytes));
    if (!found) return nothing;
    const text = `${visible(s.name || s.path)}: ${bytes(found.exclusiveBytes)} alone, ${bytes(found.sharedBytes)} shared`;
    return html`<svg class="strip" viewBox="0 0 1000 10" preserveAspectRatio="none" role="img" aria-label=${text} data-tip=${text}>
      <rect data-state="dirty" width=${(1000 * found.exclusiveBytes / most).toFixed(1)} height="10"/>
      <rect data-state="clean" x=${(1000 * found.exclusiveBytes / most).toFixed(1)} width=${(1000 * found.sharedBytes / most).toFixed(1)} height="10"/></svg>`;
  };
  const number = (s, what) => counted.has(s.id) ? value(bytesParts(counted.get(s.id)[what])) : '…';

  return { body: () => card('Usage', html`
    ${error ? failure(error) : nothing}
    <p class="legend"><span><svg viewBox="0 0 10 10" width="10" height="10" aria-hidden="true"><rect data-state="dirty" width="10" height="10"/></svg> held alone: what deleting it gives back</span>
      <span><svg viewBox="0 0 10 10" width="10" height="10" aria-hidden="true"><rect data-state="clean" width="10" height="10"/></svg> shared with others</span></p>
    ${table({
      label: 'Usage', rows: versions.toReversed(), key: (s) => s.id, none: empty('Nothing here'),
      columns: [
        { head: 'Name', wrap: true, cell: (s) => html`<span class="name">${visible(s.id === chosen.id ? s.path : s.name)}</span>` },
        { head: 'Alone', number: true, meaning: 'Bytes on the disk that no other subvolume or snapshot shows; deleting it gives them back', cell: (s) => number(s, 'exclusiveBytes') },
        { head: 'Shared', number: true, meaning: 'Bytes on the disk that others show too', cell: (s) => number(s, 'sharedBytes') },
        { head: 'References', number: true, meaning: 'Allocated bytes of all files in it, before compression', cell: (s) => value(bytesParts(s.referencedBytes)) },
        { head: 'Picture', cell: bar },
      ],
    })}`, { wide: true, meaning: 'Exact at the moment of each count, which takes as long as there are extents',
      actions: button(busy ? 'Counting…' : 'Count again', count, { disabled: busy }) }) };
}
