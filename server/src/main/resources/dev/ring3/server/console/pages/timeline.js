import { html, svg, nothing } from '../vendor/lit-html.js';
import { layout } from '../lib/graph.js';
import { visible } from '../lib/paths.js';
import { ago, bytes, time } from '../lib/format.js';

const LANE = 56;
const MARGIN = 44;
const LETTER = 6.6;

/** The snapshots of a subvolume and what was made of them, as a picture; each point is a link. */
export function timeline(subvolumes, nodes, current, picked, link) {
  const graph = layout(subvolumes, nodes, current.id);
  const room = document.querySelector('.split-main')?.clientWidth ?? 800;
  const step = Math.max(72, Math.min(150, (room - 2 * MARGIN - 24) / Math.max(1, graph.columns - 1)));
  const width = 2 * MARGIN + (graph.columns - 1) * step + 16;
  const height = graph.lanes * LANE + 26;
  const x = (point) => MARGIN + point.column * step;
  const y = (point) => 24 + point.lane * LANE;
  const letters = Math.max(6, Math.floor((step - 8) / LETTER));
  const short = (name) => name.length > letters ? `${name.slice(0, letters - 1)}…` : name;
  const curve = ({ from, to }) => {
    const bend = Math.min(step / 2, 40);
    return y(from) === y(to) ? `M${x(from)} ${y(from)}H${x(to)}`
      : `M${x(from)} ${y(from)}C${x(from) + bend} ${y(from)} ${x(from) + bend - 10} ${y(to)} ${x(from) + bend + 14} ${y(to)}H${x(to)}`;
  };
  const name = (s) => s.id === current.id ? 'now' : visible(s.name || s.path);
  return html`<div class="timeline" tabindex="0" role="region" aria-label="Timeline of snapshots">
    <svg width=${width} height=${height} viewBox="0 0 ${width} ${height}" role="group" aria-label="Snapshots, oldest at the left">
      ${graph.edges.map((edge) => svg`<path class="edge ${edge.to.lane === 0 ? 'main' : ''}" d=${curve(edge)}/>`)}
      ${graph.points.map((point) => {
        const s = point.subvolume;
        const kind = s.id === current.id ? 'current' : point.head ? 'clone' : 'snapshot';
        const about = `${name(s)}: ${kind === 'snapshot' ? 'snapshot' : kind === 'clone' ? 'writable copy' : 'the subvolume as it is'}, made ${time(s.created)}, ${bytes(s.referencedBytes)} referenced`;
        return svg`<a class="point ${kind}" href=${link(s)} aria-label=${about} data-tip=${about} aria-current=${s.id === picked ? 'true' : nothing}>
          <rect class="hit" x=${x(point) - 20} y=${y(point) - 18} width="40" height="50"/>
          ${point.head ? svg`<rect class="dot" x=${x(point) - 7} y=${y(point) - 7} width="14" height="14" rx="3"/>` : svg`<circle class="dot" cx=${x(point)} cy=${y(point)} r="6.5"/>`}
          <text x=${x(point)} y=${y(point) + 21}>${short(name(s))}</text>
          <text class="when" x=${x(point)} y=${y(point) + 34}>${s.id === current.id ? '' : ago(s.created)}</text></a>`;
      })}
    </svg></div>`;
}
