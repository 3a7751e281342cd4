import { html, nothing } from '../vendor/lit-html.js';
import { live } from '../vendor/directives/live.js';
import { api } from '../lib/api.js';
import { badge, button, card, empty, failure, field, loading, term } from '../lib/ui.js';
import { count, digits } from '../lib/format.js';
import { execution, MEANINGS, USUAL } from '../lib/execution.js';

const OBSERVATIONS = {
  Never: ['never', 'plain', 'In no execution that the memory model of BPF allows'],
  Sometimes: ['sometimes', 'accent', 'In some executions that the memory model of BPF allows, and not in others'],
  Always: ['always', 'good', 'In every execution that the memory model of BPF allows'],
  Unknown: ['not known', 'warn', 'The search ended before it was decided'],
};

/** The memory model of BPF: a test is picked or typed, checked, and its executions are seen. */
export function litmus(context, before) {
  let tests = before?.tests;
  let model = before?.model;
  let text = before?.text ?? '';
  let about = before?.about;
  let answer;
  let problem;
  let busy = false;
  let chosen = 0;
  let shown = new Set(USUAL);

  context.attempt(async () => {
    if (tests) return;
    const found = await api.get('/litmus/tests');
    tests = found.tests;
    model = found.model;
    const wanted = tests.find((test) => test.name === decodeURIComponent(context.path[0] ?? '')) ?? tests[1];
    pick(wanted);
    await check();
  });

  function pick(test) {
    text = test.text;
    about = test.about;
    answer = undefined;
    problem = undefined;
  }

  async function check() {
    busy = true;
    context.update();
    try {
      answer = await api.post('/litmus/check', { text });
      problem = undefined;
      const wanted = answer.samples.findIndex((sample) => sample.holds);
      chosen = wanted >= 0 ? wanted : answer.explanation ? -1 : 0;
    } catch (error) {
      answer = undefined;
      problem = error;
    }
    busy = false;
    context.update();
  }

  const source = () => card('Test', html`
    ${field('Pick one', html`<select name="pick" @change=${(event) => { const test = tests[event.target.selectedIndex - 1]; if (test) { pick(test); check(); } }}>
      <option>Your own</option>${tests.map((test) => html`<option .selected=${live(test.text === text)}>${test.name}</option>`)}</select>`, about)}
    ${field('In herd’s form: threads as columns, and a question', html`<textarea name="text" rows="14" spellcheck="false" autocomplete="off"
      .value=${live(text)} @input=${(event) => { text = event.target.value; about = undefined; context.update(); }}></textarea>`)}
    ${context.has('POST /litmus/check') ? button(busy ? 'Checking…' : 'Check', check, { kind: 'main', disabled: busy }) : nothing}`,
  { meaning: 'Threads of BPF instructions that share memory, and a question about how they may end' });

  const verdict = () => {
    if (problem) return card('Answer', failure(problem));
    if (!answer) return card('Answer', empty(busy ? 'Checking…' : 'Not checked'));
    return card('Answer', html`
      <p class="verdict">${badge(...OBSERVATIONS[answer.observation])} <code>${answer.condition}</code></p>
      <p class="muted">${count(answer.positive)} executions in which it holds, ${count(answer.negative)} in which it does not; ${digits(answer.milliseconds)} ms.
        ${answer.incomplete ?? ''}</p>
      <h3>${term('How it may end', 'All final states that the memory model of BPF allows; pick one to see an execution that ends so')}</h3>
      <p class="chips">${answer.samples.map((sample, i) => html`<button type="button" class="chip" aria-pressed=${chosen === i}
        @click=${() => { chosen = i; context.update(); }}>${sample.state}${sample.holds ? ' ✓' : ''}</button>`)}</p>
      ${answer.explanation ? html`<h3>${term('What is forbidden', 'What the test asks for, as it would be without an axiom of the model')}</h3>
        <p class="chips"><button type="button" class="chip" aria-pressed=${chosen === -1} @click=${() => { chosen = -1; context.update(); }}>by ${answer.explanation.axiom}</button></p>
        <pre class="log wraps" tabindex="0">${answer.explanation.lines.join('\n')}</pre>` : nothing}`);
  };

  const picture = () => {
    const seen = answer && (chosen === -1 ? answer.explanation?.picture : answer.samples[chosen]?.picture);
    if (!seen) return nothing;
    const toggle = (name) => {
      shown = new Set(shown);
      if (!shown.delete(name)) shown.add(name);
      context.update();
    };
    return card(chosen === -1 ? 'The execution that is forbidden' : 'An execution that ends so', html`
      <p class="chips" role="group" aria-label="Relations">${seen.relations.map(({ name, arrows }) => html`<button type="button" class="chip" data-relation=${name in MEANINGS ? name : 'other'}
        aria-pressed=${shown.has(name)} data-tip=${`${MEANINGS[name] ?? 'A relation of the model'}; ${arrows.length} arrows`} @click=${() => toggle(name)}>${name}</button>`)}</p>
      ${execution(seen, shown)}`, { wide: true, meaning: 'Accesses to memory, thread by thread; arrows are the relations that are switched on' });
  };

  return {
    get tests() { return tests; },
    get model() { return model; },
    get text() { return text; },
    get about() { return about; },
    body: () => tests ? html`<p class="lead muted">What programs that share a map may see of each other, by ${model}.</p><div class="grid">${source()}${verdict()}${picture()}</div>`
      : context.error ? nothing : loading(),
  };
}
