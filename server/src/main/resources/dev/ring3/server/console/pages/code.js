import { html, nothing } from '../vendor/lit-html.js';
import { repeat } from '../vendor/directives/repeat.js';
import { api } from '../lib/api.js';
import { card, empty, failure, loading } from '../lib/ui.js';
import { bytes, count, nanos } from '../lib/format.js';
import { visible } from '../lib/paths.js';

const SHOWN_MAX = 3000;

/** The instructions of an attached object, each with its line in C and what the verifier knew before it. */
export function code(context, object) {
  let programs;
  let chosen = 0;
  let open;
  let error;

  async function refresh() {
    try {
      programs = (await api.get(`/hooks/${encodeURIComponent(object)}/listing`)).programs;
      error = undefined;
    } catch (problem) {
      error = problem;
    }
    chosen = 0;
    open = undefined;
    context.update();
  }
  refresh();
  context.on(['hook.replaced'], (event) => { if (event.name === undefined || event.name === object) refresh(); });

  const toggle = (slot) => { open = open === slot ? undefined : slot; context.update(); };

  /** An instruction, below the line of C that it was made from where that is another than before. */
  const line = (insn, i, all) => html`
    ${insn.sourceLine && insn.sourceLine !== all[i - 1]?.sourceLine ? html`<li class="source"><span class="slot">${insn.sourceLine}</span>${visible(insn.source ?? '')}</li>` : nothing}
    <li><button type="button" class="insn" data-unseen=${insn.looks === 0 ? 'yes' : nothing} aria-expanded=${open === insn.slot ? 'true' : 'false'} @click=${() => toggle(insn.slot)}>
      <span class="slot">${insn.slot}</span><span>${insn.text}${insn.refersTo ? html` <span class="muted">${insn.refersTo}</span>` : nothing}</span>
      <span class="looks" data-tip="How often the verifier looked at it, on different paths">${count(insn.looks)}×</span></button>
      ${open === insn.slot ? html`<pre class="log wraps">${insn.known.length ? `Before it, when the verifier came here first:\n${insn.known.join('\n')}` : 'The verifier did not come here: no path leads to it.'}</pre>` : nothing}</li>`;

  function body() {
    if (error) return failure(error);
    if (!programs) return loading();
    const program = programs[chosen];
    if (!program) return empty('No code', 'The object has failed; nothing of it is loaded.');
    const shown = program.insns.slice(0, SHOWN_MAX);
    return html`
      ${programs.length > 1 ? html`<p class="chips">${programs.map((each, i) => html`<button type="button" class="chip" aria-pressed=${i === chosen}
        @click=${() => { chosen = i; open = undefined; context.update(); }}>${each.name}</button>`)}</p>` : nothing}
      <p class="muted">Verified: ${count(program.insns.length)} instructions, looked at ${count(program.looks)} times in all, ${count(program.states)} states kept,
        a stack of ${bytes(program.stackBytes)}, in ${nanos(program.nanos)}. Press an instruction to see what was known before it.</p>
      <ol class="code" role="region" aria-label="Instructions" tabindex="0">${repeat(shown, (insn) => insn.slot, (insn, i) => line(insn, i, shown))}</ol>
      ${program.insns.length > SHOWN_MAX ? html`<p class="muted">and ${count(program.insns.length - SHOWN_MAX)} more; <code>ring3 bpf disasm</code> shows all</p>` : nothing}`;
  }

  return { body: () => card('Code', body(), { wide: true, meaning: 'The instructions as they were verified, below the lines of C that they were made from' }) };
}
