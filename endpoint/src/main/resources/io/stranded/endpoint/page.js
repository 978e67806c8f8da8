'use strict';
// Whatever the targets named becomes text: elements are made here, never parsed from a string.
(() => {
  const SVG = 'http://www.w3.org/2000/svg';
  const byId = (id) => document.getElementById(id);
  const open = new Set();
  let state = null;

  const make = (tag, attributes, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      element.setAttribute(name, value);
    }
    for (const child of children) {
      element.append(child);
    }
    return element;
  };
  const text = (value) => make('bdi', {}, safe(value));
  const number = (value) => Number(value).toLocaleString('en');
  const plural = (count, word) => number(count) + ' ' + word + (count === 1 ? '' : 's');
  // Controls and what turns the direction of text would hide what a name says.
  const safe = (value) => String(value)
    .replace(/[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');

  const bytes = (count) => {
    const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
    let value = count;
    let unit = 0;
    while (value >= 1024 && unit < units.length - 1) {
      value /= 1024;
      unit += 1;
    }
    return (unit === 0 ? value : value.toFixed(1)) + ' ' + units[unit];
  };
  const span = (seconds) => {
    const s = Math.max(0, Math.round(seconds));
    if (s < 120) { return s + ' s'; }
    if (s < 7200) { return Math.floor(s / 60) + ' min'; }
    return s < 172800 ? Math.floor(s / 3600) + ' h' : Math.floor(s / 86400) + ' days';
  };
  const ago = (time) => span((Date.parse(state.at) - Date.parse(time)) / 1000) + ' ago';

  const drawn = (tag, attributes) => {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) {
      element.setAttribute(name, value);
    }
    return element;
  };

  /** A course as a small picture, with its highest value and its length in words below. */
  const spark = (points, latest, word) => {
    const at = Date.parse(state.at) / 1000;
    const all = points.concat([[at, latest]]);
    const first = all[0][0];
    const width = Math.max(1, at - first);
    const most = Math.max(1, ...all.map((point) => point[1]));
    const place = ([x, y]) => (100 * (x - first) / width).toFixed(2) + ' ' + (40 - 38 * y / most).toFixed(2);
    const line = all.length === 1
      ? 'M0 ' + (40 - 38 * latest / most) + 'H100'
      : 'M' + all.map(place).join('L');
    const label = plural(latest, word) + ' now, ' + number(most) + ' at most in ' + span(width);
    const svg = drawn('svg', {
      class: 'spark', viewBox: '0 0 100 40', preserveAspectRatio: 'none', role: 'img', 'aria-label': label,
    });
    const title = drawn('title', {});
    title.textContent = label;
    svg.append(title, drawn('path', { class: 'area', d: line + 'V40H0Z' }), drawn('path', { class: 'course', d: line }));
    const scale = make('span', { class: 'scale' }, make('span', {}, span(width) + ' ago'), make('span', {}, 'max ' + number(most)));
    return make('span', { class: 'growth' }, svg, scale);
  };

  const frame = (each) => make('li', { class: each.folded ? 'folded' : 'app' },
    make('span', { class: 'method' }, text(each.method)),
    make('span', { class: 'place' }, text(each.place.replace(/^\((.*)\)$/, '$1'))));

  /** A stack whose runs of frames of the JDK and of frameworks are folded down to the one that the application called. */
  const stack = (title, frames) => {
    const list = make('ul', {});
    let inside = [];
    const fold = () => {
      if (inside.length > 0) {
        const count = inside.length === 1 ? '1 folded frame' : inside.length + ' folded frames';
        list.append(make('li', {}, make('details', { class: 'fold' },
          make('summary', {}, count), make('ul', {}, ...inside.map(frame)))));
      }
      inside = [];
    };
    frames.forEach((each, i) => {
      const next = frames[i + 1];
      if (each.folded && (!next || next.folded)) {
        inside.push(each);
      } else {
        fold();
        list.append(frame(each));
      }
    });
    fold();
    return make('div', { class: 'stack' }, make('h3', {}, title), list);
  };

  const fact = (facts, name, ...values) => {
    if (values.length > 0) {
      facts.append(make('dt', {}, name), make('dd', {}, ...values));
    }
  };
  const items = (values, kind) => values.length === 0 ? []
    : [make('ul', kind ? { class: kind } : {}, ...values.map((value) => make('li', {}, text(value))))];

  const body = (leak) => {
    const facts = make('dl', { class: 'facts' });
    fact(facts, 'Proof', ...items(leak.evidence));
    if (leak.waitsOn) {
      const states = Object.entries(leak.state).map(([name, value]) => name + ' = ' + value);
      fact(facts, 'Waits on', make('code', {}, text(leak.waitsOn)), ...items(states, 'names'));
    }
    fact(facts, 'Threads', ...items(leak.names, 'names'));
    fact(facts, 'JVMs', ...items(leak.places));
    fact(facts, 'Services', ...items(leak.services));
    if (leak.advice && leak.standing !== 'INCONCLUSIVE') {
      fact(facts, 'Fix', make('b', {}, leak.advice));
    }
    fact(facts, 'Fingerprint', make('a', { href: '#' + leak.fingerprint }, make('code', {}, safe(leak.fingerprint))));
    const stacks = make('div', {});
    if (leak.stack.length > 0) { stacks.append(stack('Stack', leak.stack)); }
    if (leak.createdBy.length > 0) { stacks.append(stack('Created by', leak.createdBy)); }
    return make('div', { class: 'body' }, facts, stacks);
  };

  const tone = (leak) => leak.jvms === 0 ? 'gone'
    : ['LEAKED', 'STUCK', 'INCONCLUSIVE', 'SUSPECT'].includes(leak.standing) ? leak.standing.toLowerCase() : 'suspect';

  const finding = (leak) => {
    const weaker = leak.standing === 'STUCK' ? ' ' + leak.confidence.replace('_', ' ') : '';
    const word = leak.jvms === 0 ? 'RESOLVED' : leak.standing + weaker;
    const line = make('span', { class: 'line' },
      make('span', { class: 'badge' }, safe(word)), make('span', { class: 'cause' }, safe(leak.cause)));
    if (leak.pinnedBytes > 0) {
      line.append(make('span', { class: 'hint' }, bytes(leak.pinnedBytes) + ' pinned'));
    }
    const since = 'since ' + ago(leak.firstSeen) + (leak.since ? ', first in ' + safe(leak.since) : '')
      + ' · ' + plural(leak.jvms, 'JVM') + ' · seen ' + ago(leak.lastSeen);
    const what = make('span', { class: 'what' }, line);
    if (leak.summary) { what.append(make('span', { class: 'summary' }, text(leak.summary))); }
    if (leak.where) { what.append(make('code', { class: 'at' }, text(leak.where))); }
    what.append(make('span', { class: 'since' }, text(since)));
    const details = make('details', { class: 'finding ' + tone(leak), id: leak.fingerprint },
      make('summary', {},
        make('span', { class: 'count' }, make('b', {}, number(leak.threads)), leak.threads === 1 ? 'thread' : 'threads'),
        what, spark(leak.growth, leak.threads, 'thread')),
      body(leak));
    details.open = open.has(leak.fingerprint);
    details.addEventListener('toggle', () => {
      if (details.open) { open.add(leak.fingerprint); } else { open.delete(leak.fingerprint); }
    });
    return details;
  };

  const jvm = (target) => {
    const level = ['', 'warning', 'critical'][target.level] || '';
    const card = make('div', { class: 'jvm ' + level }, make('b', {}, text(target.service + ' ' + target.version)));
    const where = 'pid ' + target.pid + ' on ' + target.host + ', Java ' + target.java;
    const now = target.now;
    const usual = target.baseline ? ', ' + number(target.baseline.live) + ' usual' : '';
    card.append(make('p', {}, text(where)));
    if (level) {
      card.append(make('p', { class: 'level' }, level + ': more threads than usual'));
    }
    card.append(make('p', {}, plural(now.live, 'thread') + usual + '; ' + number(now.parked) + ' parked, '
      + number(now.suspect) + ' suspect, ' + number(now.leaked) + ' leaked'
      + (target.stuck > 0 ? ', ' + number(target.stuck) + ' stuck' : '')), spark(target.live, now.live, 'thread'));
    const stops = [];
    if (target.snapshots > 0) { stops.push(plural(target.snapshots, 'snapshot') + ', ' + target.longestPauseMillis + ' ms at most'); }
    if (target.dumps > 0) { stops.push(plural(target.dumps, 'heap dump') + ', ' + target.dumpPauseMillis + ' ms in all'); }
    const links = make('p', {}, stops.length > 0 ? stops.join('; ') + ' · ' : '');
    links.append(make('a', { href: '/report?pid=' + Number(target.pid) }, 'report'), ' · ',
      make('a', { href: '/findings?pid=' + Number(target.pid) }, 'JSON'));
    card.append(links);
    return card;
  };

  const tile = (value, label, bad) => make('div', bad ? { class: 'bad' } : {}, make('dt', {}, label), make('dd', {}, value));
  const sum = (list, value) => list.reduce((total, each) => total + value(each), 0);

  const words = (leak) => [leak.fingerprint, leak.standing, leak.cause, leak.summary, leak.since, leak.waitsOn]
    .concat(leak.services, leak.names, leak.places, leak.evidence,
      leak.stack.map((f) => f.method + f.place), leak.createdBy.map((f) => f.method + f.place))
    .join('\n').toLowerCase();

  const search = () => {
    const wanted = byId('search').value.trim().toLowerCase();
    let shown = 0;
    state.leaks.forEach((leak, i) => {
      const matches = words(leak).includes(wanted);
      byId('leaks').children[i].hidden = !matches;
      shown += matches ? 1 : 0;
    });
    byId('shown').textContent = wanted ? shown + ' of ' + state.leaks.length : '';
    const empty = byId('empty');
    empty.hidden = shown > 0;
    empty.textContent = state.leaks.length > 0 ? 'Nothing matches.' : 'No thread was found that can never run again.';
  };

  const render = () => {
    const proved = state.leaks.filter((leak) => leak.standing === 'LEAKED' && leak.jvms > 0);
    const threads = sum(proved, (leak) => leak.threads);
    const stuck = sum(state.leaks.filter((leak) => leak.standing === 'STUCK'), (leak) => leak.threads);
    const headline = threads === 0 ? 'No thread is known to be leaked'
      : plural(threads, 'thread') + ' can never run again';
    byId('headline').textContent = headline;
    document.title = (threads > 0 ? '(' + threads + ') ' : '') + 'Stranded – ' + safe(state.title);
    byId('where').replaceChildren('in ', text(state.title), ' · ', make('time', { datetime: state.at }, state.at.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC')));
    byId('notes').replaceChildren(...state.notes.map((note) => make('li', {}, text(note))));
    byId('notes').hidden = state.notes.length === 0;
    const tiles = [tile(number(threads), 'can never run again', threads > 0),
      ...(stuck > 0 ? [tile(number(stuck), 'stuck', true)] : []),
      tile(number(state.leaks.filter((leak) => leak.jvms > 0).length + state.moreLeaks), 'findings'),
      tile(bytes(sum(state.leaks, (leak) => leak.pinnedBytes)), 'pinned by them')];
    if (state.targets.length > 0) {
      tiles.push(tile(number(sum(state.targets, (t) => t.now.suspect)), 'suspect'),
        tile(number(sum(state.targets, (t) => t.now.parked)), 'wait without a timeout'),
        tile(number(sum(state.targets, (t) => t.now.live)), 'platform threads'));
    }
    byId('tiles').replaceChildren(...tiles);
    byId('jvms').hidden = state.targets.length === 0;
    byId('targets').replaceChildren(...state.targets.map(jvm));
    // What has the focus is made anew as well.
    const focused = document.activeElement.closest ? document.activeElement.closest('.finding') : null;
    const id = focused ? focused.id : '';
    byId('leaks').replaceChildren(...state.leaks.map(finding));
    if (id && byId(id)) { byId(id).querySelector('summary').focus({ preventScroll: true }); }
    search();
  };

  let asked = false;
  let again = false;
  const refresh = async () => {
    if (asked) { again = true; return; }
    asked = true;
    try {
      const answer = await fetch('/state');
      if (!answer.ok) { throw new Error(String(answer.status)); }
      const first = state === null;
      state = await answer.json();
      const chosen = location.hash.slice(1);
      if (first && chosen) { open.add(chosen); }
      render();
      connected(true);
    } catch (failure) {
      connected(false);
    } finally {
      asked = false;
      if (again) { again = false; refresh(); }
    }
  };
  const connected = (is) => {
    byId('live').classList.toggle('on', is);
    byId('live').textContent = is ? 'live' : 'connecting';
  };

  byId('search').addEventListener('input', () => { if (state) { search(); } });
  document.addEventListener('keydown', (event) => {
    if (event.key === '/' && document.activeElement !== byId('search')) {
      event.preventDefault();
      byId('search').focus();
    } else if (event.key === 'Escape' && state) {
      byId('search').value = '';
      search();
    }
  });
  const events = new EventSource('/events');
  events.addEventListener('message', refresh);
  events.addEventListener('error', () => connected(false));
  events.addEventListener('open', refresh);
  refresh();
})();
