// The server's HTTP API: /api/v1. Errors are ApiErrors with the server's own code and message.

const BASE = '/api/v1';

export class ApiError extends Error {
  constructor(status, code, message, details = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

async function call(method, path, body, type) {
  const headers = { 'X-Ring3': '1', Accept: 'application/json' };
  if (body !== undefined) headers['Content-Type'] = type ?? 'application/json';
  let response;
  try {
    response = await fetch(BASE + path, {
      method, headers, credentials: 'same-origin', cache: 'no-store',
      body: body === undefined ? undefined : type ? body : JSON.stringify(body),
    });
  } catch {
    throw new ApiError(0, 'UNREACHABLE', 'The server does not answer.');
  }
  if (response.status === 204) return {};
  const text = await response.text();
  let answer;
  try {
    answer = JSON.parse(text);
  } catch {
    throw new ApiError(response.status, 'BAD_ANSWER', `The server answered ${response.status} without JSON.`);
  }
  if (!response.ok) {
    const { code, message, ...details } = answer.error ?? {};
    throw new ApiError(response.status, code ?? String(response.status), message ?? 'The server refused.', details);
  }
  return answer;
}

export const api = {
  get: (path) => call('GET', path),
  post: (path, body = {}) => call('POST', path, body),
  put: (path, body) => call('PUT', path, body),
  patch: (path, body) => call('PATCH', path, body),
  delete: (path) => call('DELETE', path),
  send: (method, path, bytes) => call(method, path, bytes, 'application/octet-stream'),
  url: (path) => BASE + path,
};

/** A query string; values are encoded, undefined ones left out. A raw path is percent-encoded already. */
export function query(parameters, raw = {}) {
  const parts = Object.entries(parameters)
    .filter(([, value]) => value !== undefined && value !== null && value !== '')
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  for (const [name, value] of Object.entries(raw)) parts.push(`${name}=${value}`);
  return parts.length ? `?${parts.join('&')}` : '';
}

/** What the server offers, as "GET /path" of its own description. */
export async function offers() {
  const description = await api.get('/openapi.json');
  const found = new Set();
  for (const [path, methods] of Object.entries(description.paths ?? {})) {
    for (const method of Object.keys(methods)) found.add(`${method.toUpperCase()} ${path.replace(/^\/api\/v1/, '')}`);
  }
  return found;
}

/** The server's events, for as long as the page lives; the browser connects again by itself. */
export class Events {
  #listeners = new Map();
  #source;

  constructor(types) {
    this.#source = new EventSource(`${BASE}/events`);
    for (const type of types) {
      this.#source.addEventListener(type, (event) => {
        let data = {};
        try { data = JSON.parse(event.data); } catch { /* an event without data is one all the same */ }
        for (const listener of this.#listeners.get(type) ?? []) listener(data, type);
      });
    }
  }

  on(type, listener) {
    const set = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, set.add(listener));
    return () => set.delete(listener);
  }
}
