// Numbers as people read them. Sizes in powers of 1024, times in the unit that leaves one to three digits.

const BYTES = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];

export function digits(value) {
  const size = Math.abs(value);
  return value.toLocaleString('en', { maximumFractionDigits: size === 0 || size >= 100 ? 0 : size >= 10 ? 1 : 2 });
}

/** [number, unit], so that the unit can be set smaller. */
export function bytesParts(value) {
  let power = 0;
  let size = value;
  while (Math.abs(size) >= 1000 && power < BYTES.length - 1) {
    size /= 1024;
    power++;
  }
  return [power === 0 ? digits(Math.round(size)) : digits(size), BYTES[power]];
}

export function countParts(value) {
  const size = Math.abs(value);
  if (size >= 1e9) return [digits(value / 1e9), 'G'];
  if (size >= 1e6) return [digits(value / 1e6), 'M'];
  if (size >= 1e4) return [digits(value / 1e3), 'k'];
  return [digits(value), ''];
}

export function nanosParts(value) {
  if (value < 1e3) return [digits(value), 'ns'];
  if (value < 1e6) return [digits(value / 1e3), 'µs'];
  if (value < 1e9) return [digits(value / 1e6), 'ms'];
  return [digits(value / 1e9), 's'];
}

export const bytes = (value) => bytesParts(value).join(' ');
export const bytesRate = (value) => `${bytes(value)}/s`;
export const count = (value) => countParts(value).join(' ').trim();
export const rate = (value) => { const [number, unit] = countParts(value); return `${number}${unit ? ` ${unit}` : ''}/s`; };
export const nanos = (value) => nanosParts(value).join(' ');
export const percent = (share) => `${digits(100 * share)} %`;

export function duration(seconds) {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  if (s < 86400) return `${Math.floor(s / 3600)} h ${Math.floor(s / 60) % 60} min`;
  return `${Math.floor(s / 86400)} d ${Math.floor(s / 3600) % 24} h`;
}

/** How long ago, or in how long. */
export function ago(time, now = Date.now()) {
  const seconds = (now - new Date(time)) / 1000;
  const size = Math.abs(seconds);
  if (size < 5) return 'just now';
  const text = size < 60 ? `${Math.round(size)} s`
    : size < 3600 ? `${Math.round(size / 60)} min`
    : size < 2 * 86400 ? `${Math.round(size / 3600)} h`
    : `${Math.round(size / 86400)} d`;
  return seconds < 0 ? `in ${text}` : `${text} ago`;
}

const FULL = new Intl.DateTimeFormat('sv', { dateStyle: 'short', timeStyle: 'medium' });
const SECONDS = new Intl.DateTimeFormat('sv', { timeStyle: 'medium' });
const CLOCK = new Intl.DateTimeFormat('sv', { hour: '2-digit', minute: '2-digit' });

/** 2026-01-31 12:00:00, in the time of whoever looks. */
export const time = (value) => FULL.format(new Date(value));
export const clockSeconds = (value) => SECONDS.format(new Date(value));
export const clock = (value) => CLOCK.format(new Date(value));

/** Permission bits as ls shows them. */
export function mode(type, bits) {
  const kinds = { directory: 'd', symlink: 'l', fifo: 'p', socket: 's', character_device: 'c', block_device: 'b' };
  let text = kinds[type.toLowerCase()] ?? '-';
  for (let shift = 6; shift >= 0; shift -= 3) {
    const special = bits & (shift === 6 ? 0o4000 : shift === 3 ? 0o2000 : 0o1000);
    const x = bits >> shift & 1;
    const letter = shift === 0 ? 't' : 's';
    text += (bits >> shift & 4 ? 'r' : '-') + (bits >> shift & 2 ? 'w' : '-')
      + (special ? (x ? letter : letter.toUpperCase()) : x ? 'x' : '-');
  }
  return text;
}
