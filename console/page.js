// Keeps the part of the page that changes fresh: it is fetched as the server renders it and put in place node by node, so that focus,
// open details, selection and scroll stay. Lines of the log are added at its end.

const SOON = 1000;
const LATER = 5000;
const PATIENCE = 10_000;
const MOST_LINES = 5000;

const main = document.querySelector('main[data-live]');
const connection = document.querySelector('#connection');
let timer;
let busy = false;

async function refresh() {
  clearTimeout(timer);
  if (document.hidden || busy) return;
  busy = true;
  try {
    const fresh = await fetchMain();
    if (!fresh) return say('This pipeline is gone.');
    put(fresh);
    await readOn();
    say('');
  } catch {
    say('No connection. Trying again.');
  } finally {
    busy = false;
  }
  const quick = main.hasAttribute('data-moving') && connection.textContent === '';
  timer = setTimeout(refresh, quick ? SOON : LATER);
}

async function fetchMain() {
  const response = await get(liveAddress());
  if (response.status === 404) return undefined;
  if (!response.ok) throw new Error(`${response.status}`);
  const text = await response.text();
  const fresh = new DOMParser().parseFromString(text, 'text/html').querySelector('main[data-live]');
  if (!fresh) throw new Error('The answer is no page of the console.');
  return fresh;
}

/** While somebody reads a log, a newer build does not take its place. */
function liveAddress() {
  const address = new URL(main.dataset.live, location.href);
  const lines = linesOfLog();
  if (lines && !address.searchParams.has('execution') && (!isAtEnd(lines) || lines.contains(document.activeElement))) {
    const { searchParams } = new URL(lines.dataset.log, location.href);
    address.searchParams.set('execution', searchParams.get('execution'));
  }
  return address;
}

function get(address) {
  return fetch(address, { signal: AbortSignal.timeout(PATIENCE), cache: 'no-store' });
}

function put(fresh) {
  const { activeElement } = document;
  const around = ancestors(activeElement);
  const lines = linesOfLog();
  const live = main.dataset.live;
  morph(main, fresh);
  main.dataset.live = live;
  document.title = main.dataset.title;
  if (linesOfLog() !== lines) scrollToEnd();
  if (activeElement !== document.body && !activeElement.isConnected) focusNear(around);
}

/** What had the focus is gone: it goes to the nearest thing around it, not to the top of the page. */
function focusNear(around) {
  const near = around.find((element) => element.isConnected) ?? main;
  near.setAttribute('tabindex', '-1');
  near.focus({ preventScroll: true });
}

function ancestors(element) {
  const found = [];
  for (let parent = element?.parentElement; parent; parent = parent.parentElement) found.push(parent);
  return found;
}

/** Makes an element as another one is. */
function morph(element, wanted) {
  if (element.hasAttribute('data-keep') || element.isEqualNode(wanted)) return;
  for (const { name } of [...element.attributes]) {
    if (!wanted.hasAttribute(name) && !isReaders(element, name)) element.removeAttribute(name);
  }
  for (const { name, value } of wanted.attributes) {
    if (element.getAttribute(name) !== value) element.setAttribute(name, value);
  }
  morphChildren(element, wanted);
}

/** Open details are the reader's doing, and so is a focus that has been passed on. */
function isReaders(element, name) {
  return name === 'open' || (name === 'tabindex' && element === document.activeElement);
}

function morphChildren(element, wanted) {
  let next = element.firstChild;
  for (const child of [...wanted.childNodes]) {
    const same = sameNode(next, child);
    if (!same) {
      element.insertBefore(document.importNode(child, true), next);
      continue;
    }
    while (next !== same) next = removed(next);
    if (same.nodeType === Node.ELEMENT_NODE) morph(same, child);
    else if (same.data !== child.data) same.data = child.data;
    next = same.nextSibling;
  }
  while (next) next = removed(next);
}

/** The node, from `next` on, that stands for `child`: by id where it has one, else by its kind. */
function sameNode(next, child) {
  if (!child.id) return next && !next.id && next.nodeName === child.nodeName ? next : undefined;
  for (let node = next; node; node = node.nextSibling) if (node.id === child.id) return node;
  return undefined;
}

function removed(node) {
  const next = node.nextSibling;
  node.remove();
  return next;
}

/** Adds the lines that the log has got; keeps at its end who was there. */
async function readOn() {
  const lines = linesOfLog();
  if (!lines?.hasAttribute('data-follow')) return;
  for (let later = true; later; ) {
    const address = new URL(lines.dataset.log, location.href);
    address.searchParams.set('after', lines.dataset.after);
    const response = await get(address);
    if (!response.ok) throw new Error(`${response.status}`);
    const piece = await response.json();
    if (!lines.isConnected) return;
    add(lines, piece.lines);
    lines.dataset.after = piece.after;
    later = piece.later;
  }
}

function add(lines, added) {
  if (added.length === 0) return;
  const follow = isAtEnd(lines);
  const end = lines.querySelector('#log-end');
  for (const { clock, text } of added) {
    const line = document.createElement('span');
    line.className = 'line';
    line.dataset.clock = clock;
    line.textContent = `${text}\n`;
    lines.insertBefore(line, end);
  }
  while (follow && lines.childElementCount > MOST_LINES) lines.firstElementChild.remove();
  if (follow) scrollToEnd();
}

function linesOfLog() {
  return main.querySelector('[data-log]');
}

function isAtEnd({ scrollHeight, scrollTop, clientHeight }) {
  return scrollHeight - scrollTop - clientHeight < 24;
}

function scrollToEnd() {
  const lines = linesOfLog();
  if (lines?.hasAttribute('data-follow')) lines.scrollTop = lines.scrollHeight;
}

function say(text) {
  if (connection.textContent !== text) connection.textContent = text;
}

if (main) {
  scrollToEnd();
  document.addEventListener('visibilitychange', refresh);
  timer = setTimeout(refresh, main.hasAttribute('data-moving') ? SOON : LATER);
}
