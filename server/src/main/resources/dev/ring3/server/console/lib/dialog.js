// Confirmations and forms, one at a time, in the browser's own modal dialog: it keeps the focus and closes by Escape.

import { html, nothing } from '../vendor/lit-html.js';
import { failure } from './ui.js';

/**
 * A dialog: {title, body() (a template, asked at each drawing), act (label), kind ('danger' for what loses something),
 * run(form data): a promise; what it throws is shown}.
 */
export const dialogView = (dialog) => html`
  <dialog class=${dialog.error?.details?.log ? 'roomy' : ''} aria-labelledby="dialog-title" @close=${dialog.close} @cancel=${dialog.close}>
    <form method="dialog" @submit=${(event) => submit(event, dialog)}>
      <h2 id="dialog-title">${dialog.title}</h2>
      <div class="dialog-body">${dialog.body()}${dialog.error ? failure(shortened(dialog.error)) : nothing}
        ${dialog.error?.details?.log ? html`<pre class="log" tabindex="0">${dialog.error.details.log}</pre>` : nothing}</div>
      <footer class="actions">
        <button type="button" class="button" @click=${dialog.close}>Cancel</button>
        <button type="submit" class="button" data-kind=${dialog.kind ?? 'main'} ?disabled=${dialog.busy}>${dialog.busy ? 'Working…' : dialog.act}</button>
      </footer>
    </form>
  </dialog>`;

/** Without the log, which is shown below. */
const shortened = (error) => error.details?.reason ? { message: error.details.reason, code: error.code } : error;

async function submit(event, dialog) {
  event.preventDefault();
  if (dialog.busy) return;
  dialog.busy = true;
  dialog.error = undefined;
  dialog.update();
  try {
    await dialog.run(new FormData(event.target));
    dialog.close();
  } catch (error) {
    dialog.error = error;
    dialog.busy = false;
    dialog.unseen = true;
    dialog.update();
  }
}

/** After each drawing: opens what was just put there, and brings what went wrong into sight. */
export function settleDialog(dialog) {
  const element = document.querySelector('dialog');
  if (!dialog || !element) return;
  if (!element.open) element.showModal();
  if (dialog.unseen) element.querySelector('[role="alert"]')?.scrollIntoView({ block: 'start' });
  dialog.unseen = false;
}
