// How subvolumes and snapshots descend from each other, laid out as a picture of branches: a column for each moment
// at which one was made, a lane for each line of descent, the chosen one's on top.

const byAge = (a, b) => new Date(a.created) - new Date(b.created) || a.id - b.id;

/** All that have an origin in common with one. */
export function family(subvolumes, id) {
  const members = new Set([id]);
  for (let grown = true; grown;) {
    grown = false;
    for (const each of subvolumes) {
      if (each.snapshotOf === undefined || each.snapshotOf === null) continue;
      if (members.has(each.id) !== members.has(each.snapshotOf)) {
        members.add(each.id).add(each.snapshotOf);
        grown = true;
      }
    }
  }
  return subvolumes.filter((each) => members.has(each.id));
}

/** For each member the one that it descends from: the next in the tree of nodes that some member shows. */
function parents(members, nodes) {
  const node = new Map(nodes.map((each) => [each.id, each]));
  const ids = new Set(members.map((each) => each.id));
  const at = new Map();
  for (const each of nodes) for (const shown of each.shownBy) if (ids.has(shown.id)) at.set(shown.id, each);
  const byId = new Map(members.map((each) => [each.id, each]));
  const shownIn = (each) => each.shownBy.map((s) => byId.get(s.id)).filter(Boolean).sort(byAge);
  const found = new Map();
  for (const member of members) {
    const own = at.get(member.id);
    if (!own) continue;
    const twins = shownIn(own);
    const twin = twins[twins.indexOf(member) - 1];
    let above = node.get(own.parent);
    while (above && shownIn(above).length === 0) above = node.get(above.parent);
    // What is above may be shown by later ones too: those are no origin, but of what has gone on since.
    const shown = above ? shownIn(above) : [];
    const parent = twin ?? shown.findLast((each) => byAge(each, member) < 0) ?? shown.at(-1);
    if (parent) found.set(member.id, parent.id);
  }
  return found;
}

/** {points: [{subvolume, column, lane, head}], edges: [{from, to}], columns, lanes}. */
export function layout(subvolumes, nodes, id) {
  const members = family(subvolumes, id).toSorted(byAge);
  const parent = parents(members, nodes);
  const frozen = members.filter((each) => each.readOnly);
  const heads = members.filter((each) => !each.readOnly);
  const column = new Map(frozen.map((each, i) => [each.id, i]));
  heads.forEach((each) => column.set(each.id, frozen.length));
  const lane = new Map();
  const order = [...heads.filter((each) => each.id === id), ...members.filter((each) => each.id === id && each.readOnly),
    ...heads.filter((each) => each.id !== id), ...frozen.toReversed()];
  let lanes = 0;
  for (const tip of order) {
    if (lane.has(tip.id)) continue;
    for (let at = tip.id; at !== undefined && !lane.has(at); at = parent.get(at)) lane.set(at, lanes);
    lanes++;
  }
  const points = members.map((each) => ({ subvolume: each, column: column.get(each.id), lane: lane.get(each.id), head: !each.readOnly }));
  const byId = new Map(points.map((point) => [point.subvolume.id, point]));
  const edges = [...parent].map(([to, from]) => ({ from: byId.get(from), to: byId.get(to) }));
  return { points, edges, columns: frozen.length + 1, lanes };
}
