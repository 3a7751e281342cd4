// The console: a shell with navigation, and one page at a time. Which pages there are is asked of the server: one whose
// data it does not offer is left out.

import { html, render, nothing } from './vendor/lit-html.js';
import { api, offers, Events, ApiError } from './lib/api.js';
import { failure, loading, watchTips } from './lib/ui.js';
import { clockSeconds } from './lib/format.js';
import './lib/chart.js';
import { dialogView, settleDialog } from './lib/dialog.js';
import { PAGES, EVENT_TYPES } from './pages.js';

const root = document.getElementById('app');
const state = { offers: new Set(), page: undefined, name: '', error: undefined, lost: undefined, signedOut: false,
  status: undefined, toast: undefined, dialog: undefined };
let events;
let drawing = false;

/** Draws once for however many changes there were. */
function update() {
  if (drawing) return;
  drawing = true;
  queueMicrotask(() => {
    drawing = false;
    render(shell(), root);
    settleDialog(state.dialog);
  });
}

/** What a page is given: ways to ask, to be told, to come back, and to draw; all ends with the page. */
class Context {
  #endings = [];
  #timers = new Set();
  constructor(name, path, parameters) {
    this.name = name;
    this.path = path;
    this.parameters = parameters;
    this.live = true;
  }

  has(...wanted) { return wanted.every((each) => state.offers.has(each)); }
  update() { if (this.live) update(); }

  /** Runs at once and again after each pause; what fails is shown, and tried again. */
  every(milliseconds, work) {
    const round = async () => {
      if (!document.hidden) await this.attempt(work);
      if (this.live) this.#timers.add(setTimeout(round, milliseconds));
    };
    round();
  }

  /** Runs something that asks the server; its failure becomes the page's. */
  async attempt(work) {
    try {
      await work();
      this.error = undefined;
      state.lost = undefined;
    } catch (error) {
      report(error, this);
    }
    this.update();
  }

  /** Something to be done when the page ends. */
  ends(work) { this.#endings.push(work); }

  on(types, listener) {
    for (const type of [types].flat()) this.#endings.push(events.on(type, listener));
  }

  /** Asks for a confirmation or a form; see lib/dialog.js. */
  ask(dialog) {
    state.dialog = { ...dialog, busy: false, error: undefined, update, close: () => { state.dialog = undefined; update(); } };
    update();
  }

  say(text) {
    const toast = { text };
    state.toast = toast;
    setTimeout(() => { if (state.toast === toast) { state.toast = undefined; update(); } }, 6000);
    update();
  }

  end() {
    this.live = false;
    for (const ending of this.#endings) ending();
    for (const timer of this.#timers) clearTimeout(timer);
  }
}

function report(error, context) {
  if (!(error instanceof ApiError)) throw error;
  if (error.status === 401) {
    state.signedOut = true;
  } else if (error.status === 0) {
    state.lost ??= Date.now();
  } else {
    context.error = error;
  }
}

function open() {
  const [address, search = ''] = location.hash.replace(/^#\/?/, '').split('?');
  const [name, ...path] = address.split('/');
  const shown = PAGES.filter((page) => page.needs.every((each) => state.offers.has(each)));
  const found = shown.find((page) => page.name === name) ?? shown[0];
  state.page?.context.end();
  if (!found) return;
  const context = new Context(found.name, path.map(decodeURIComponent), new URLSearchParams(search));
  const changed = state.name !== found.name;
  state.name = found.name;
  state.dialog = undefined;
  state.page = { ...found, context, view: found.open(context, changed ? undefined : state.page?.view) };
  document.title = `${found.title} · Ring3`;
  update();
  if (changed) queueMicrotask(() => {
    scrollTo(0, 0);
    document.querySelector('.nav [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  });
}

const navigation = () => html`
  <nav class="nav" aria-label="Pages">${PAGES.filter((page) => page.needs.every((each) => state.offers.has(each))).map((page) => html`
    <a href="#/${page.name}" aria-current=${page.name === state.name ? 'page' : nothing}>
      <svg viewBox="0 0 20 20" aria-hidden="true"><path d=${page.icon}/></svg><span>${page.title}</span></a>`)}</nav>`;

const PROBLEMS_SHOWN = 3;
const problems = () => (state.status?.problems ?? []).slice(0, PROBLEMS_SHOWN).map((problem) => html`
  <div class="notice" data-kind="warn" role="alert">${problem}</div>`);

function shell() {
  if (state.signedOut) return signIn();
  return html`
    <a class="skip" href="#main">To the content</a>
    <aside class="side">
      <a class="brand" href="#/overview" aria-label="Ring3, overview"><img src="/icon.svg" alt="" width="26" height="26"><span>Ring3</span></a>
      ${navigation()}
      ${state.status ? html`<p class="side-note">Version ${state.status.version}<br>${state.status.data}</p>` : nothing}
    </aside>
    <main id="main" tabindex="-1">
      ${state.lost ? html`<div class="notice" data-kind="warn" role="alert"><strong>The server does not answer.</strong>
        Trying again; what is shown is from ${clockSeconds(state.lost)}.</div>` : nothing}
      ${problems()}
      ${state.error ? failure(state.error) : nothing}
      ${state.page ? page(state.page) : state.error ? nothing : loading()}
    </main>
    ${state.dialog ? dialogView(state.dialog) : nothing}
    <div class="toasts" role="status" aria-live="polite">${state.toast ? html`<p>${state.toast.text}</p>` : nothing}</div>`;
}

const page = ({ title, context, view }) => html`
  <header class="page-head"><h1>${view.title?.() ?? title}</h1><div class="actions">${view.actions?.() ?? nothing}</div></header>
  ${context.error ? failure(context.error) : nothing}
  ${view.body()}`;

const signIn = () => html`
  <main class="gate" id="main"><img src="/icon.svg" alt="" width="56" height="56"><h1>Sign in</h1>
    <p>The console opens with a link that works once. On the machine of the server, run</p>
    <pre>./ring3 login</pre><p>and open the address it prints. <code>./ring3 serve</code> prints one when it starts.</p></main>`;

async function start() {
  watchTips();
  render(shell(), root);
  try {
    state.offers = await offers();
    if (state.offers.has('GET /events')) events = new Events(EVENT_TYPES);
    else events = { on: () => () => {} };
    const look = async () => {
      try {
        state.status = await api.get('/status');
        state.lost = undefined;
      } catch (error) {
        report(error, state);
      }
      update();
    };
    await look();
    setInterval(look, 5000);
    addEventListener('hashchange', open);
    open();
  } catch (error) {
    report(error, state);
    if (error.status === 0) setTimeout(start, 2000);
    update();
  }
}

start();
