// Pictures of numbers over time: <r3-chart> for lines, on uPlot, and <r3-heat> for latencies, on a canvas.

import { nanos, clock, clockSeconds, digits } from './format.js';

const uPlot = window.uPlot;
const dark = matchMedia('(prefers-color-scheme: dark)');
const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const POWERS = Array.from({ length: 50 }, (_, i) => 2 ** i);
const LINE_POINTS_MIN = 3;
const FONT = '11px system-ui, sans-serif';

/** A chart that follows its width and the colours of the page. Properties: series [{label, color, fill}], data, format, top (the upper end, if it is always the same). */
class Chart extends HTMLElement {
  #plot;
  #observer = new ResizeObserver(() => this.#fit());
  #data = [[]];
  #series = [];
  format = digits;
  #rebuild = () => this.#build();

  set data(value) {
    this.#data = value;
    if (this.#plot && value.length === this.#plot.series.length) this.#show();
    else if (this.isConnected) this.#build();
  }

  set series(value) {
    const changed = value.map((s) => s.label).join() !== this.#series.map((s) => s.label).join();
    this.#series = value;
    if (changed && this.isConnected) this.#build();
  }

  connectedCallback() {
    this.#observer.observe(this);
    dark.addEventListener('change', this.#rebuild);
    this.#build();
  }

  disconnectedCallback() {
    this.#observer.disconnect();
    dark.removeEventListener('change', this.#rebuild);
    this.#plot?.destroy();
    this.#plot = undefined;
  }

  /** Seconds where minutes would all be the same. */
  #clock(time) {
    const x = this.#data[0];
    return x.at(-1) - x[0] < 300 ? clockSeconds(time) : clock(time);
  }

  #fit() {
    if (this.#plot && this.clientWidth) this.#plot.setSize({ width: this.clientWidth, height: 180 });
  }

  #show() {
    this.#plot.setData(this.#data);
    if (this.#plot.cursor.idx == null) this.#plot.setLegend({ idx: this.#data[0].length - 1 });
  }

  #build() {
    this.#plot?.destroy();
    this.#plot = undefined;
    if (this.#data.length !== this.#series.length + 1 || !this.clientWidth) return;
    const axis = { stroke: color('muted'), font: FONT, grid: { stroke: color('grid'), width: 1 }, ticks: { show: false } };
    this.#plot = new uPlot({
      width: this.clientWidth,
      height: 180,
      padding: [8, 26, 0, 0],
      cursor: { y: false, points: { size: 6 }, drag: { x: false, y: false } },
      legend: { live: true, markers: { width: 0, fill: (_, i) => color(this.#series[i - 1]?.color ?? 'muted') } },
      scales: { y: { range: (_, __, max) => [0, this.top ?? (max > 0 ? max * 1.08 : 1)] } },
      axes: [
        { ...axis, values: (_, marks) => marks.map((s) => this.#clock(s * 1000)), space: 80, size: 26, grid: { show: false } },
        { ...axis, values: (_, marks) => marks.map((v) => this.format(v)), size: 74, space: 34, ...(this.binary ? { incrs: POWERS } : {}) },
      ],
      series: [
        { label: 'Time', value: (_, s) => s == null ? '' : new Date(s * 1000).toLocaleTimeString('sv') },
        ...this.#series.map((s) => ({
          label: s.label,
          stroke: color(s.color),
          fill: s.fill ? `color-mix(in srgb, ${color(s.color)} 14%, transparent)` : undefined,
          width: 1.5,
          points: { show: (plot, i) => plot.data[i].filter((v) => v != null).length < LINE_POINTS_MIN },
          value: (_, v) => v == null ? '–' : this.format(v),
        })),
      ],
      hooks: {
        setCursor: [(plot) => { if (plot.cursor.idx == null) plot.setLegend({ idx: this.#data[0].length - 1 }); }],
      },
    }, this.#data, this);
    this.#show();
  }
}

/**
 * How many operations took how long, over time: a column for each step, a row for each class, darker for more.
 * Property data: {times (ms), ends (ns, exclusive ends of the classes), columns [[count by class]]}.
 */
class Heat extends HTMLElement {
  #canvas = document.createElement('canvas');
  #readout = document.createElement('p');
  #observer = new ResizeObserver(() => this.#draw());
  #data;
  #redraw = () => this.#draw();

  set data(value) {
    this.#data = value;
    this.#draw();
  }

  connectedCallback() {
    if (!this.firstChild) {
      this.#canvas.setAttribute('role', 'img');
      this.#readout.className = 'readout';
      this.append(this.#canvas, this.#readout);
      this.#canvas.addEventListener('pointermove', (event) => this.#read(event));
      this.#canvas.addEventListener('pointerleave', () => this.#rest());
    }
    this.#observer.observe(this);
    dark.addEventListener('change', this.#redraw);
    this.#draw();
  }

  disconnectedCallback() {
    this.#observer.disconnect();
    dark.removeEventListener('change', this.#redraw);
  }

  /** The classes that anything fell into, with one more on either side. */
  #rows() {
    const { columns, ends } = this.#data;
    let low = ends.length;
    let high = 0;
    for (const column of columns) {
      column.forEach((n, i) => { if (n) { low = Math.min(low, i); high = Math.max(high, i); } });
    }
    if (low > high) return [8, 25];
    return [Math.max(0, low - 1), Math.min(ends.length - 1, Math.max(high, low + 8) + 1)];
  }

  #geometry() {
    const [low, high] = this.#rows();
    const left = 56;
    const bottom = 20;
    const width = this.clientWidth;
    const height = 200;
    return { low, high, left, width, height,
      columnWidth: (width - left) / Math.max(1, this.#data.columns.length),
      rowHeight: (height - bottom) / (high - low + 1), bottom };
  }

  #draw() {
    if (!this.#data || !this.isConnected || !this.clientWidth) return;
    const g = this.#geometry();
    const scale = devicePixelRatio || 1;
    this.#canvas.width = g.width * scale;
    this.#canvas.height = g.height * scale;
    this.#canvas.style.width = `${g.width}px`;
    this.#canvas.style.height = `${g.height}px`;
    const pen = this.#canvas.getContext('2d');
    pen.scale(scale, scale);
    const { columns, times, ends } = this.#data;
    let most = 1;
    for (const column of columns) for (const n of column) most = Math.max(most, n);
    this.#axes(pen, g, times, ends);
    pen.fillStyle = color('accent');
    columns.forEach((column, x) => column.forEach((n, i) => {
      if (!n || i < g.low || i > g.high) return;
      pen.globalAlpha = 0.12 + 0.88 * Math.log1p(n) / Math.log1p(most);
      pen.fillRect(g.left + x * g.columnWidth, (g.high - i) * g.rowHeight, Math.ceil(g.columnWidth), Math.ceil(g.rowHeight - 0.5));
    }));
    pen.globalAlpha = 1;
    this.#rest();
  }

  #axes(pen, g, times, ends) {
    pen.font = FONT;
    pen.textBaseline = 'middle';
    pen.textAlign = 'right';
    let last = Infinity;
    for (let i = g.low; i < g.high; i++) {
      const y = (g.high - i) * g.rowHeight;
      if (i % 2 || last - y < 22) continue;
      last = y;
      pen.fillStyle = color('muted');
      pen.fillText(nanos(ends[i]), g.left - 8, y);
      pen.fillStyle = color('grid');
      pen.fillRect(g.left, y, g.width - g.left, 1);
    }
    pen.fillStyle = color('muted');
    pen.textAlign = 'center';
    const format = times.at(-1) - times[0] < 300_000 ? clockSeconds : clock;
    const marks = Math.min(times.length, Math.max(1, Math.floor((g.width - g.left) / 90)));
    for (let mark = 0; mark < marks; mark++) {
      const x = Math.floor((mark + 0.5) / marks * times.length);
      if (times[x] !== undefined) pen.fillText(format(times[x]), g.left + (x + 0.5) * g.columnWidth, g.height - 7);
    }
  }

  #rest() {
    const total = this.#data.columns.flat().reduce((a, b) => a + b, 0);
    const say = total === 0 ? 'No operations in this time.' : `About ${digits(total)} operations; point at a cell for its count.`;
    this.#readout.textContent = say;
    this.#canvas.setAttribute('aria-label', `Latency heat map. ${say}`);
  }

  #read(event) {
    const g = this.#geometry();
    const x = Math.floor((event.offsetX - g.left) / g.columnWidth);
    const i = g.high - Math.floor(event.offsetY / g.rowHeight);
    const column = this.#data.columns[x];
    if (!column || i < g.low || i > g.high) { this.#rest(); return; }
    const from = i === 0 ? 0 : this.#data.ends[i - 1];
    const to = i === this.#data.ends.length ? '∞' : nanos(this.#data.ends[i]);
    const sum = column.reduce((a, b) => a + b, 0);
    this.#readout.textContent = `${new Date(this.#data.times[x]).toLocaleTimeString('sv')}: about ${digits(column[i] ?? 0)} of ${digits(sum)} operations took ${nanos(from)} to ${to}`;
  }
}

customElements.define('r3-chart', Chart);
customElements.define('r3-heat', Heat);
