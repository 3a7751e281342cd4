// The pieces that pages are made of. Everything that comes from the server goes through lit's text bindings: as text.

import { html, svg, nothing } from '../vendor/lit-html.js';
import { repeat } from '../vendor/directives/repeat.js';

/** A word that says on hover, focus and tap what it means. */
export const term = (word, meaning) => html`<span class="term" tabindex="0" data-tip=${meaning}>${word}</span>`;

/** A number with its unit; the meaning is told on hover. */
export const value = ([number, unit], meaning) =>
  html`<span class="value" data-tip=${meaning ?? nothing}>${number}${unit ? html`<span class="unit">${unit}</span>` : nothing}</span>`;

/** One figure of importance. */
export const tile = ({ label, meaning, parts, note, trend, bar, state }) => html`
  <section class="tile" data-state=${state ?? nothing}>
    <h2 class="tile-label">${term(label, meaning)}</h2>
    <div class="tile-value">${parts === undefined ? html`<span class="value none" data-tip=${meaning ?? nothing}>–</span>` : value(parts, meaning)}</div>
    ${trend ? sparkline(trend) : nothing}
    ${bar === undefined ? nothing : meter(bar, meaning)}
    <div class="tile-note">${note ?? ' '}</div>
  </section>`;

export const meter = (share, meaning) => html`
  <span class="meter" role="meter" aria-label=${meaning} aria-valuemin="0" aria-valuemax="100"
    aria-valuenow=${Math.round(100 * share)} data-level=${share > 0.95 ? 'bad' : share > 0.85 ? 'warn' : 'ok'}>
    <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true"><rect class="meter-fill" width=${Math.min(100, 100 * share)} height="4"/></svg>
  </span>`;

function sparkline(values) {
  const top = Math.max(...values.map((v) => v ?? 0), 1e-9);
  const step = 100 / Math.max(1, values.length - 1);
  const line = values.map((v, i) => `${(i * step).toFixed(1)},${(23 - 21 * (v ?? 0) / top).toFixed(1)}`).join(' ');
  return html`<svg class="spark" viewBox="0 0 100 24" preserveAspectRatio="none" aria-hidden="true">
    ${svg`<polygon points="0,24 ${line} 100,24"/><polyline points=${line}/>`}</svg>`;
}

export const badge = (text, kind = 'plain', meaning) =>
  html`<span class="badge" data-kind=${kind} data-tip=${meaning ?? nothing}>${text}</span>`;

/** A card: wide over all columns, flush for a table, short if not as high as its neighbour, low if what is long in it scrolls. */
export const card = (title, body, { actions, meaning, wide, flush, short, low } = {}) => html`
  <section class="card ${wide ? 'wide' : ''} ${flush ? 'flush' : ''} ${short ? 'short' : ''} ${low ? 'low' : ''}">
    <header class="card-head"><h2>${meaning ? term(title, meaning) : title}</h2>
      ${actions ? html`<div class="actions">${actions}</div>` : nothing}</header>
    <div class="card-body">${body}</div>
  </section>`;

export const empty = (title, text, action) => html`
  <div class="empty"><p class="empty-title">${title}</p>${text ? html`<p>${text}</p>` : nothing}${action ?? nothing}</div>`;

export const loading = () => html`<div class="empty" aria-busy="true"><p>Loading…</p></div>`;

export const failure = (error) => html`
  <div class="notice" data-kind="bad" role="alert"><strong>${error.message}</strong>
    ${error.code ? html`<code>${error.code}</code>` : nothing}</div>`;

export const button = (text, act, { kind = 'plain', disabled = false, label } = {}) => html`
  <button type="button" class="button" data-kind=${kind} ?disabled=${disabled} aria-label=${label ?? nothing} @click=${act}>${text}</button>`;

/**
 * A table. Columns: {head, meaning, cell(row), number, wrap}; a column of numbers is aligned and has a meaning.
 */
export function table({ columns, rows, key, label, selected, none }) {
  if (rows.length === 0) return none ?? empty('Nothing here');
  return html`<div class="table-wrap" tabindex="0" role="region" aria-label=${label}>
    <table><thead><tr>${columns.map((c) => html`
      <th scope="col" class=${c.number ? 'number' : ''}>${c.meaning ? term(c.head, c.meaning) : c.head || html`<span class="hidden">Actions</span>`}</th>`)}</tr></thead>
    <tbody>${repeat(rows, key, (row) => html`
      <tr data-selected=${selected?.(row) ? 'yes' : nothing}>${columns.map((c) => html`
        <td class="${c.number ? 'number' : ''} ${c.wrap ? 'wrap' : ''}" data-head=${c.head} data-tip=${c.meaning ?? nothing}>${c.cell(row)}</td>`)}</tr>`)}
    </tbody></table></div>`;
}

/** A command to be run elsewhere, with a button that copies it where the browser lets it: not from another machine without TLS. */
export const command = (context, text, label) => html`<div class="command"><code tabindex="0">${text}</code>${navigator.clipboard
  ? button('Copy', () => navigator.clipboard.writeText(text).then(() => context.say('Copied'), () => context.say('The browser did not copy it')), { label })
  : nothing}</div>`;

export const definition = (pairs) => html`<dl class="pairs">${pairs.filter(Boolean).map(([name, meaning, shown]) => html`
  <div><dt>${meaning ? term(name, meaning) : name}</dt><dd>${shown}</dd></div>`)}</dl>`;

export const tabs = (label, items, current) => html`
  <nav class="tabs" aria-label=${label}>${items.map(([name, href, text]) => html`
    <a href=${href} aria-current=${name === current ? 'page' : nothing}>${text}</a>`)}</nav>`;

export const field = (label, control, hint) => html`
  <label class="field"><span>${label}</span>${control}${hint ? html`<small>${hint}</small>` : nothing}</label>`;

let tooltip;

/** Shows the meaning of whatever the pointer or the focus is on; one element, so that no table cuts it off. */
export function watchTips() {
  tooltip = document.createElement('div');
  tooltip.id = 'tooltip';
  tooltip.setAttribute('role', 'tooltip');
  tooltip.hidden = true;
  document.body.append(tooltip);
  let owner;
  const hide = () => {
    tooltip.hidden = true;
    owner?.removeAttribute('aria-describedby');
    owner = undefined;
  };
  const show = (event) => {
    const target = event.target instanceof Element ? event.target.closest('[data-tip]') : undefined;
    if (!target) { hide(); return; }
    if (target === owner) return;
    hide();
    owner = target;
    tooltip.textContent = target.dataset.tip;
    tooltip.hidden = false;
    target.setAttribute('aria-describedby', 'tooltip');
    const box = target.getBoundingClientRect();
    const own = tooltip.getBoundingClientRect();
    const left = Math.min(Math.max(8, box.left), innerWidth - own.width - 8);
    const below = box.bottom + own.height + 12 < innerHeight;
    tooltip.style.left = `${left}px`;
    tooltip.style.top = `${below ? box.bottom + 6 : box.top - own.height - 6}px`;
  };
  document.addEventListener('pointerover', show);
  document.addEventListener('focusin', show);
  document.addEventListener('pointerdown', show);
  document.addEventListener('scroll', hide, true);
  document.addEventListener('keydown', (event) => { if (event.key === 'Escape') hide(); });
}
