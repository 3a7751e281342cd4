// Paths are bytes. Here they are kept percent-encoded, as the API has them, and joined without being understood.

const safe = (raw) => raw.replace(/[^A-Za-z0-9\-_.~%/]/g, encodeURIComponent);

/** The path of a subvolume, percent-encoded, without a slash at the end. */
export const base = (subvolume) => (subvolume.rawPath ? safe(subvolume.rawPath)
  : subvolume.path.split('/').map(encodeURIComponent).join('/')).replace(/\/+$/, '');

export const join = (path, raw) => path ? `${path}/${safe(raw)}` : safe(raw);
export const full = (subvolume, path) => `${base(subvolume)}/${path}`.replace(/(.)\/$/, '$1') || '/';
export const parts = (path) => path ? path.split('/') : [];

/** What can be shown of it: text where it is text, and a mark where it is not. */
export function readable(raw) {
  const bytes = [];
  for (let i = 0; i < raw.length; i++) {
    if (raw[i] === '%') {
      bytes.push(parseInt(raw.slice(i + 1, i + 3), 16));
      i += 2;
    } else {
      bytes.push(raw.charCodeAt(i));
    }
  }
  return visible(new TextDecoder().decode(new Uint8Array(bytes)));
}

/** Control characters and those that turn the direction of text are shown, not obeyed. */
export const visible = (text) => text.replace(/[\u0000-\u001f\u007f-\u009f]/g,
  (c) => c < ' ' ? String.fromCharCode(0x2400 + c.charCodeAt(0)) : '\ufffd').replace(/[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, '\ufffd');
