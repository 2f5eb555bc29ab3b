// Reads everything that Brain needs of a page with one call. Playwright's locators could do the same, but load a script into
// every new page, which takes longer than showing the page. Functions return null if Playwright's locators are needed: for a
// selector that the browser itself does not support, or for elements that may be within a component.
({
  // by Playwright's definition; elements that are not rendered have no visibility of their own
  isVisible(element) {
    if (!element.ownerDocument.defaultView) return true;
    const box = element.getBoundingClientRect();
    return element.checkVisibility({visibilityProperty: true}) && box.width > 0 && box.height > 0;
  },

  // as people read it; elements that are not rendered have only their whole text
  textOf(element) {
    return element.innerText ?? element.textContent;
  },

  // also if one is within a component of the other
  holds(outer, inner) {
    for (let node = inner; node; node = node.parentNode || node.host) if (node === outer) return true;
    return false;
  },

  isTaken(row, taken) {
    return !!taken && [...row.querySelectorAll(taken)].some(mark => this.isVisible(mark));
  },

  // Rows with the resource's id, if the list has ids. Each row is returned as its elements and their texts.
  rowsIn(root, {row, number, id, idAttribute, resource, taken}) {
    return [...root.querySelectorAll(row)]
      .map(r => ({row: r, cell: r.querySelector(number), holder: id ? (r.matches(id) ? r : r.querySelector(id)) : null}))
      .filter(({cell, holder}) => cell && (!id || holder && holder.getAttribute(idAttribute) === resource))
      .map(held => ({...held, number: this.textOf(held.cell), idAttribute, resource, taken, isTaken: this.isTaken(held.row, taken)}));
  },

  // the rows of the list that the page shows
  rows(places) {
    return this.known(() => {
      const found = this.rowsIn(document, places);
      return !found.length && this.hasComponents() ? null : found;
    });
  },

  // the same for elements that Playwright's locators found; their marks can't be read again later, so the row's text is kept
  located({rows, cells, holders, marks, id, idAttribute, resource}) {
    return rows
      .map(r => ({row: r, cell: cells.find(c => this.holds(r, c)), holder: id ? holders.find(h => this.holds(r, h)) : null}))
      .filter(({cell, holder}) => cell && (!id || holder && holder.getAttribute(idAttribute) === resource))
      .map(held => ({
        ...held, number: this.textOf(held.cell), idAttribute, resource,
        text: marks ? this.textOf(held.row) : null,
        isTaken: !!marks && marks.some(m => this.holds(held.row, m) && this.isVisible(m)),
      }));
  },

  // the state of a row since it was checked: 'same', 'changed', or 'gone' from the page
  standing({row, cell, holder, number, idAttribute, resource, taken, text}) {
    if (!row.isConnected) return 'gone';
    const same = this.holds(row, cell) && this.textOf(cell) === number
      && (!holder || this.holds(row, holder) && holder.getAttribute(idAttribute) === resource)
      && (text == null || this.textOf(row) === text) && !this.isTaken(row, taken);
    return same ? 'same' : 'changed';
  },

  // The rows of a fetched list that is not shown, and the page's own forms as a browser would send them. A form says the index
  // of the row that holds it: null if no row does, -1 if the row belongs to another resource.
  list({html, url, form, button, fill, ...places}) {
    return this.known(() => {
      const list = new DOMParser().parseFromString(html, 'text/html');
      const rows = this.rowsIn(list, places);
      return {
        rows: rows.map(({number, isTaken}) => ({number, isTaken})),
        forms: [...list.querySelectorAll(form)].map(f => {
          const row = f.closest(places.row);
          return {...this.form(f, {url, button, fill, resource: places.resource}), row: row && rows.findIndex(found => found.row === row)};
        }),
      };
    });
  },

  // attributes only: a field may be named like a property of the form
  form(f, {url, button, fill, resource}) {
    if (!(f instanceof HTMLFormElement)) return {fault: 'is no form', fields: []};
    const buttons = [...f.ownerDocument.querySelectorAll('button, input')]
      .filter(b => b.form === f && (b.type === 'submit' || b.type === 'image') && !b.disabled);
    const pressed = button ? buttons.find(b => b.matches(button)) : buttons[0];
    if (button && !pressed) return {fault: `has no button ${button} to send it with`, fields: []};
    const matters = ['name', 'formaction', 'formmethod', 'formenctype'];
    if (!button && buttons.length > 1 && buttons.some(b => matters.some(a => b.hasAttribute(a))))
      return {fault: `has ${buttons.length} buttons that do different things: name the one to press in form.button`, fields: []};
    const said = (attribute, fallback) => pressed?.getAttribute('form' + attribute) ?? f.getAttribute(attribute) ?? fallback;
    const named = name => [...f.ownerDocument.querySelectorAll('[name]')].some(e => e.form === f && e.getAttribute('name') === name);
    const unknown = fill.map(([name]) => name).find(name => !named(name));
    const data = pressed ? new FormData(f, pressed) : new FormData(f);
    fill.forEach(([name, value]) => data.set(name, value));
    const base = new URL(f.ownerDocument.querySelector('base[href]')?.getAttribute('href') ?? url, url).href;
    const action = said('action', '').trim();
    const target = URL.canParse(action, base) ? new URL(action || url, base) : null;
    const method = said('method', 'get').toUpperCase();
    const encoding = said('enctype', '').toLowerCase();
    const missing = f.hasAttribute('novalidate') || pressed?.hasAttribute('formnovalidate') ? null
      : [...f.ownerDocument.querySelectorAll('[required]')].find(e => e.form === f && e.name && !e.disabled && !data.getAll(e.name).some(value => value !== ''));
    if (target) target.hash = '';
    return {
      fault: !target || !/^https?:$/.test(target.protocol) ? `is sent to ${action}, which is no page`
        : method === 'DIALOG' ? 'closes a dialog and sends nothing'
        : encoding === 'text/plain' ? 'is sent as plain text, which the method "form" does not do'
        : unknown ? `has no field ${unknown}: correct form.fields`
        : missing ? `needs its field ${missing.name} filled in: give it in form.fields`
        : null,
      target: target?.href,
      isOfResource: !!target && this.words(target).includes(resource) || [...data.values()].includes(resource),
      method: method === 'POST' ? 'POST' : method === 'DIALOG' ? method : 'GET',
      encoding: encoding === 'multipart/form-data' ? encoding : 'application/x-www-form-urlencoded',
      charset: f.getAttribute('accept-charset'),
      fields: [...data.entries()].map(([name, value]) => [name, value instanceof File ? value.name : value]),
    };
  },

  // the parts of an address's path, and the values of its parameters
  words(address) {
    return address.pathname.split('/').map(part => { try { return decodeURIComponent(part); } catch (e) { return part; } })
      .concat([...address.searchParams.values()]);
  },

  // the first visible text in one of the places within the time limit; false if there is none
  async message({places, error, lost, millis}) {
    const isSeen = place => !!place && [...document.querySelectorAll(place)].some(e => this.isVisible(e));
    for (const end = performance.now() + millis; ;) {
      const found = this.known(() => {
        const element = [...document.querySelectorAll(places)].find(e => this.isVisible(e));
        if (!element && this.hasComponents()) return null;
        return !!element && {text: this.textOf(element), kind: isSeen(error) ? 'ERROR' : isSeen(lost) ? 'LOST' : 'WON'};
      });
      if (found !== false || performance.now() >= end) return found;
      await new Promise(resolve => setTimeout(resolve, 20));
    }
  },

  // the label or name of the first visible field with which the browser does not send a form; null if there is none
  refusedField() {
    const field = [...document.querySelectorAll('input:invalid, select:invalid, textarea:invalid')].find(e => this.isVisible(e));
    if (!field) return null;
    const label = field.labels?.[0] && this.textOf(field.labels[0]).trim();
    return label || field.getAttribute('aria-label') || field.name || field.id || field.localName;
  },

  // values of fields by their names, and values in the browser's storage that look like tokens
  secrets({names}) {
    const fields = [...document.querySelectorAll('[name]')]
      .filter(e => names.includes(e.getAttribute('name')))
      .map(e => String(e.value || e.getAttribute('content') || ''));
    // a page may have no access to its storage
    const stored = this.known(() => [sessionStorage, localStorage].flatMap(storage => Object.values({...storage})));
    return fields.concat((stored ?? []).filter(value => /^\S{16,}$/.test(value)));
  },

  // a document's selectors don't reach into them
  hasComponents() {
    return [...document.querySelectorAll('*')].some(e => e.shadowRoot);
  },

  known(read) {
    try {
      return read();
    } catch (e) {
      if (e instanceof DOMException) return null;
      throw e;
    }
  },
})
