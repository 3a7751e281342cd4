// A picture of an execution of a litmus test: threads as columns, accesses in program order, relations as arrows.

import { html, svg, nothing } from '../vendor/lit-html.js';

const COLUMN = 300;
const ROW = 78;
const BOX = { width: 172, height: 30 };
const MARGIN = 24;
const HEAD = 7;
const BEND_STEP = 16;

/** The relations that are drawn unless somebody says otherwise: the others follow from them, or say it again. */
export const USUAL = ['po', 'rf', 'co', 'fr', 'addr', 'data', 'ctrl'];

/** What the names of relations stand for. */
export const MEANINGS = {
  po: 'Program order: one stands before the other in its thread', rf: 'Reads-from: one reads what the other wrote',
  co: 'Coherence: one write is overwritten by the other', fr: 'From-reads: one reads what the other overwrites',
  addr: 'Address dependency: the address of one was read by the other', data: 'Data dependency: the value of one was read by the other',
  ctrl: 'Control dependency: a jump between them depends on what was read', amo: 'Both are halves of one atomic operation',
  ppo: 'Preserved program order: what the model keeps of it',
};

/** Where each access stands: {x, y} of the middle of its box, with the size of all. */
export function layout(accesses) {
  const rows = new Map();
  let initial = 0;
  const places = accesses.map(({ thread }) => {
    const column = thread < 0 ? initial++ : thread;
    const row = thread < 0 ? 0 : rows.get(thread) ?? 0;
    if (thread >= 0) rows.set(thread, row + 1);
    return { x: MARGIN + BOX.width / 2 + column * COLUMN, y: MARGIN + BOX.height / 2 + (thread < 0 ? 0 : (row + 1.6) * ROW) };
  });
  return { places, width: Math.max(...places.map((p) => p.x)) + BOX.width / 2 + MARGIN, height: Math.max(...places.map((p) => p.y)) + BOX.height / 2 + MARGIN };
}

/** Where a line from outside to the middle of a box meets its edge. */
function edge(box, toward) {
  const dx = toward.x - box.x;
  const dy = toward.y - box.y;
  const share = 1 / Math.max(Math.abs(dx) / (BOX.width / 2), Math.abs(dy) / (BOX.height / 2), 1e-9);
  return { x: box.x + dx * share, y: box.y + dy * share };
}

/** A curve from one box to another, its head, and where its name stands. */
export function arrow(from, to, bend) {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const length = Math.hypot(dx, dy) || 1;
  const middle = { x: (from.x + to.x) / 2 - dy / length * bend, y: (from.y + to.y) / 2 + dx / length * bend };
  const start = edge(from, middle);
  const end = edge(to, middle);
  const angle = Math.atan2(end.y - middle.y, end.x - middle.x);
  const side = (turn) => `${(end.x - HEAD * Math.cos(angle + turn)).toFixed(1)},${(end.y - HEAD * Math.sin(angle + turn)).toFixed(1)}`;
  return {
    path: `M${start.x.toFixed(1)} ${start.y.toFixed(1)}Q${middle.x.toFixed(1)} ${middle.y.toFixed(1)} ${end.x.toFixed(1)} ${end.y.toFixed(1)}`,
    head: `${end.x.toFixed(1)},${end.y.toFixed(1)} ${side(0.45)} ${side(-0.45)}`,
    name: { x: (start.x + 2 * middle.x + end.x) / 4, y: (start.y + 2 * middle.y + end.y) / 4 },
  };
}

/** The picture, with the relations of which the names are given. */
export function execution(picture, shown) {
  const { places, width, height } = layout(picture.accesses);
  const first = new Map();
  picture.accesses.forEach((access, i) => { if (access.thread >= 0 && !first.has(access.thread)) first.set(access.thread, i); });
  const drawn = picture.relations.filter((relation) => shown.has(relation.name));
  const bend = (relation, { from, to }) => {
    const at = drawn.indexOf(relation);
    const inColumn = places[from].x === places[to].x;
    if (relation.name === 'po' && inColumn) return 0;
    return inColumn ? 80 + BEND_STEP * at : BEND_STEP * (at + 1);
  };
  const said = drawn.map((relation) => relation.arrows.map(({ from, to }) => `${picture.accesses[from].name} ${relation.name} ${picture.accesses[to].name}`).join(', ')).join('; ');
  return html`<div class="execution" tabindex="0" role="region" aria-label="Execution">
    <svg viewBox="0 0 ${width} ${height}" width=${width} height=${height} role="img" aria-label=${`Accesses: ${picture.accesses.map((a) => `${a.name} ${a.text}`).join(', ')}. Relations: ${said || 'none'}`}>
      ${drawn.map((relation) => svg`<g class="relation" data-relation=${relation.name in MEANINGS ? relation.name : 'other'}>${relation.arrows.map((each) => {
        const { path, head, name } = arrow(places[each.from], places[each.to], bend(relation, each));
        return svg`<path d=${path}/><polygon points=${head}/><text x=${name.x.toFixed(1)} y=${name.y.toFixed(1)} text-anchor="middle" dominant-baseline="middle">${relation.name}</text>`;
      })}</g>`)}
      ${picture.accesses.map((access, i) => svg`
        <rect x=${places[i].x - BOX.width / 2} y=${places[i].y - BOX.height / 2} width=${BOX.width} height=${BOX.height} rx="6"/>
        <text x=${places[i].x} y=${places[i].y + 1} text-anchor="middle" dominant-baseline="middle">${access.name}: ${access.text}</text>
        ${first.get(access.thread) === i ? svg`<text class="thread" x=${places[i].x} y=${places[i].y - BOX.height} text-anchor="middle">P${access.processor}</text>` : nothing}`)}
    </svg></div>`;
}
