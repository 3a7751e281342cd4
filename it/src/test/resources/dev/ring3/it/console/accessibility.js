// What WCAG 2.2 (level AA) asks and a program can see: names, labels, contrast, structure; and what the console asks of
// itself: that each number says what it is, and that no page is wider than its window. Gives the findings, a line each.
(() => {
  const findings = [];
  const shown = (e) => e.getClientRects().length > 0 && getComputedStyle(e).visibility !== 'hidden';
  const say = (e, what) => findings.push(`${what}: ${e.outerHTML.replace(/\s+/g, ' ').slice(0, 160)}`);
  const all = (selector) => [...document.querySelectorAll(selector)].filter(shown);

  function name(e) {
    const label = e.getAttribute('aria-label');
    if (label?.trim()) return label;
    const by = e.getAttribute('aria-labelledby');
    if (by) return by.split(' ').map((id) => document.getElementById(id)?.textContent ?? '').join(' ').trim();
    if (e.labels?.length) return [...e.labels].map((l) => l.textContent).join(' ').trim();
    if (e.matches('input, select, textarea')) return '';
    return (e.textContent + [...e.querySelectorAll('img[alt]')].map((i) => i.alt).join(' ')).trim();
  }

  for (const e of all('a[href], button, input, select, textarea, [tabindex], [role="meter"], [role="img"], dialog, [role="region"]')) {
    if (e.tabIndex === -1 && e.matches('main')) continue;
    if (!name(e)) say(e, 'has no name');
  }
  for (const e of all('[tabindex]')) if (e.tabIndex > 0) say(e, 'changes the order of the keyboard');
  for (const e of all('img:not([alt])')) say(e, 'has no alternative text');
  for (const e of all('th:not([scope])')) if (!e.closest('.u-legend')) say(e, 'a header of nothing');
  const ids = new Map();
  for (const e of document.querySelectorAll('[id]')) {
    if (ids.has(e.id)) say(e, 'the id is twice there');
    ids.set(e.id, e);
  }
  for (const attribute of ['aria-labelledby', 'aria-describedby', 'for']) {
    for (const e of document.querySelectorAll(`[${attribute}]`)) {
      for (const id of e.getAttribute(attribute).split(' ')) if (!ids.has(id)) say(e, `${attribute} leads nowhere`);
    }
  }
  if (!document.documentElement.lang) findings.push('the page has no language');
  if (!document.title) findings.push('the page has no title');
  if (all('h1').length !== 1) findings.push(`${all('h1').length} first headings`);
  if (all('main').length !== 1) findings.push(`${all('main').length} main parts`);
  let level = 0;
  for (const e of all('h1, h2, h3, h4')) {
    const own = Number(e.tagName[1]);
    if (!e.closest('dialog') && own > level + 1) say(e, 'a level of headings is left out');
    level = own;
  }

  const pen = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  function rgba(text) {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = text;
    pen.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  }
  const over = (top, under) => [0, 1, 2].map((i) => top[i] * top[3] + under[i] * (1 - top[3])).concat(1);
  function ground(e) {
    const layers = [];
    for (let at = e; at; at = at.parentElement) {
      const layer = rgba(getComputedStyle(at).backgroundColor);
      if (layer[3] > 0) layers.push(layer);
      if (layer[3] === 1) break;
    }
    return layers.reduceRight((under, layer) => over(layer, under), rgba(getComputedStyle(document.body).backgroundColor));
  }
  function luminance([r, g, b]) {
    const [x, y, z] = [r, g, b].map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  }
  const texts = document.createTreeWalker(document.querySelector('dialog[open]') ?? document.body, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const e = node.parentElement;
    if (!node.textContent.trim() || !shown(e) || e.closest('.hidden, .skip, script, option, :disabled, noscript')) continue;
    const style = getComputedStyle(e);
    const under = ground(e);
    const ink = over(rgba(e.closest('svg') ? style.fill : style.color), under);
    const [a, b] = [luminance(ink), luminance(under)].sort((p, q) => q - p);
    const ratio = (a + 0.05) / (b + 0.05);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700);
    if (ratio < (large ? 3 : 4.5)) say(e, `contrast of ${ratio.toFixed(2)}`);
  }

  for (const e of all('.value, td.number')) {
    if (e.textContent.trim() && !e.closest('[data-tip]') && !e.querySelector('[data-tip]') && !e.closest('.pairs > div')?.querySelector('[data-tip]')) say(e, 'a number that does not say what it is');
  }
  if (document.documentElement.scrollWidth > innerWidth) findings.push(`the page is ${document.documentElement.scrollWidth} pixels wide, the window ${innerWidth}`);
  return findings.join('\n');
})()
