// Runs in a page for a press: blocks the press if its target has changed since it was checked, and reports the effect.
// This is the acting part of reading.js, so each function takes reading.js as its first argument.
({
  KEY: Symbol.for('dev.brain.press'),
  TYPES: ['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click', 'submit', 'input', 'change'],

  // Must be called before the page's own scripts run: the first listener sees all events.
  listen() {
    const key = this.KEY;
    const types = this.TYPES;
    const own = Symbol.for('dev.brain.listen');
    if (!globalThis[own]) {
      // pages may replace the console
      globalThis[Symbol.for('dev.brain.say')] = console.debug.bind(console);
      const first = e => globalThis[key]?.begin(e);
      globalThis[own] = () => types.forEach(type => addEventListener(type, first, true));
      this.survive(own);
    }
    globalThis[own]();
  },

  // document.open() removes all listeners; write() calls it if the document is complete
  survive(own) {
    for (const name of ['open', 'write', 'writeln']) {
      const native = Document.prototype[name];
      Document.prototype[name] = function (...given) {
        if (name !== 'open' && this.readyState === 'complete') this.open();
        const result = native.apply(this, given);
        this.defaultView?.[own]?.();
        return result;
      };
    }
  },

  // Keeps a press from a document that has loaded since its target was checked, until a target in it is checked.
  close(token) {
    this.guard(token, null, () => false);
  },

  // Lets clicks on an element pass that dismisses something in front of the target.
  permit(reading, {element}) {
    const state = globalThis[this.KEY];
    if (state) state.permitted = element;
  },

  // Finds the only candidate within the checked elements, and guards it. Guards nothing unless there is exactly one.
  aim(reading, {candidates, held, inRow, boxes, shows, tells, token}) {
    const standing = held ? reading.standing(held) : 'same';
    if (standing !== 'same') return {standing, count: 0, at: -1};
    const isShown = c => !boxes || boxes.some(box => reading.holds(box, c) && (!shows || this.shows(reading, box, shows)));
    const found = candidates.filter(c => (!inRow || reading.holds(held.row, c)) && isShown(c));
    const told = !tells || this.tells(reading, boxes && !shows ? boxes.find(box => reading.holds(box, found[0])) : document.body, tells);
    if (found.length === 1 && told) {
      this.guard(token, found[0], () => found[0].isConnected
        && (!held || reading.standing(held) === 'same' && (!inRow || reading.holds(held.row, found[0]))) && isShown(found[0]));
    }
    return {standing, count: found.length, at: candidates.indexOf(found[0]), told};
  },

  // whether an element in a box has a text of its own
  shows(reading, box, text) {
    const plain = t => t.replace(/[\s\u200b]+/g, ' ').trim();
    return [box, ...box.querySelectorAll('*')].some(e => plain(e.textContent) === plain(text));
  },

  // whether a text or a field contains a separate word
  tells(reading, root, word) {
    if (!root) return false;
    const part = '[\\p{L}\\p{N}]';
    const whole = new RegExp(`(?<!${part}[/.-]?)${word.trim().replace(/[^\p{L}\p{N}]/gu, c => c.trim() ? '\\' + c : '\\s+')}(?![/.-]?${part})`, 'iu');
    return [reading.textOf(root), ...[...root.querySelectorAll('input, textarea')].map(field => field.value)].some(t => whole.test(t));
  },

  // The page may change between this point and the press. A page runs one event at a time, so the state that is compared
  // when the event arrives, before the page's scripts receive it, is the state that is pressed. Each event is recorded with
  // the time that the page took to handle it: requests within that time were caused by the press. The press is reported on
  // the console at once, because the page can't be called while it loads another one.
  guard(token, target, isStill) {
    globalThis[this.KEY]?.end();
    const say = globalThis[Symbol.for('dev.brain.say')] ?? console.debug;
    const state = {passed: false, acted: false, spans: [], entries: []};
    const acts = ['click', 'input', 'change'];
    const isAt = e => e.composedPath().includes(target);
    // a page without a target may send forms by itself
    const isOurs = e => e.type === 'input' || e.type === 'change' ? isAt(e) : e.isTrusted && (target || e.type !== 'submit');
    const begin = e => {
      if (!isOurs(e) || state.permitted && e.composedPath().includes(state.permitted)) return;
      if (!state.acted && (state.isGivenUp || !(isAt(e) && isStill()))) {
        say(token + ' blocked');
        e.preventDefault();
        e.stopImmediatePropagation();
        return;
      }
      if (!state.passed) say(token + ' passed');
      state.passed = true;
      state.acted ||= acts.includes(e.type);
      const span = {e, begin: performance.now(), end: Infinity};
      state.spans.push(span);
      // if the page stops the event's propagation
      const channel = new MessageChannel();
      channel.port1.onmessage = () => { span.end = Math.min(span.end, performance.now()); channel.port1.close(); };
      channel.port2.postMessage(0);
    };
    const end = e => {
      const span = state.spans.find(s => s.e === e);
      if (span) span.end = Math.min(span.end, performance.now());
    };
    // proves that the press did not reach this document, which may say nothing any more afterwards
    const leave = () => { if (target && !state.passed) say(token + ' left'); };
    this.listen();
    this.TYPES.forEach(type => addEventListener(type, end));
    addEventListener('pagehide', leave);
    const observer = new PerformanceObserver(list => state.entries.push(...list.getEntries()));
    observer.observe({type: 'resource'});
    state.take = () => state.entries.push(...observer.takeRecords());
    state.begin = begin;
    state.end = () => {
      this.TYPES.forEach(type => removeEventListener(type, end));
      removeEventListener('pagehide', leave);
      observer.disconnect();
    };
    globalThis[this.KEY] = state;
  },

  // Nobody waits for the press any more: what has not arrived by now is kept from the page. Returns whether it has arrived.
  giveUp() {
    const state = globalThis[this.KEY];
    if (!state) return false;
    state.isGivenUp = true;
    return state.passed;
  },

  // the addresses of requests that the press caused; null if nothing was guarded on this page
  own() {
    const state = globalThis[this.KEY];
    if (!state) return null;
    state.take();
    const slack = 0.2; // clocks in pages have a low resolution
    return state.entries
      .filter(e => state.spans.some(s => e.startTime >= s.begin - slack && e.startTime <= s.end + slack))
      .map(e => e.name);
  },
})
