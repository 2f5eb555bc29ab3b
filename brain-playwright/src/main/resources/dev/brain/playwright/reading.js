// What Brain reads of a page in one question each. Playwright's own locators would do, too, but need a script of theirs
// in every new page, which takes the browser longer than to show the page. They are left what is theirs: where a selector
// is none of the browser's own, or what is looked for may stand within a component, the answer is null.
({
  // as Playwright sees it; what isn't drawn has no visibility of its own
  isVisible(element) {
    if (!element.ownerDocument.defaultView) return true;
    const box = element.getBoundingClientRect();
    return element.checkVisibility({visibilityProperty: true}) && box.width > 0 && box.height > 0;
  },

  rowsIn(root, {row, number, id, idAttribute, resource, taken}) {
    return [...root.querySelectorAll(row)]
      .map(r => ({r, holder: id && (r.matches(id) ? r : r.querySelector(id))}))
      .filter(({holder}) => !id || holder && holder.getAttribute(idAttribute) === resource)
      .map(({r, holder}) => {
        const cell = r.querySelector(number);
        const mark = taken && r.querySelector(taken);
        return {number: cell && (cell.innerText ?? cell.textContent), isHolder: holder === r, taken: !!mark && this.isVisible(mark)};
      });
  },

  // the rows of the list that the page shows
  rows(places) {
    const {row, id, idAttribute, resource} = places;
    return this.known(() => {
      const found = this.rowsIn(document, places);
      // of rows within rows, and of rows that name each other, none could be told by its id later
      const named = [...document.querySelectorAll(row)].filter(r => [r, ...r.querySelectorAll(id)]
        .some(e => e.matches(id) && e.getAttribute(idAttribute) === resource));
      return found.length !== named.length || !found.length && this.hasComponents() ? null : found;
    });
  },

  // the rows of a list that was fetched, not shown, and the fields of the page's own form
  list({html, form, ...places}) {
    return this.known(() => {
      const list = new DOMParser().parseFromString(html, 'text/html');
      const f = list.querySelector(form);
      return {
        rows: this.rowsIn(list, places),
        action: f && f.getAttribute('action'),
        fields: f ? [...new FormData(f).entries()].map(([name, value]) => [name, String(value)]) : [],
      };
    });
  },

  // the first text that is seen in one of the places, waited for so long; false if there is none
  async notice({places, error, millis}) {
    for (const end = performance.now() + millis; ;) {
      const found = this.known(() => {
        const element = [...document.querySelectorAll(places)].find(e => this.isVisible(e));
        if (!element && this.hasComponents()) return null;
        const fault = error && document.querySelector(error);
        return !!element && {text: element.innerText ?? element.textContent, error: !!fault && this.isVisible(fault)};
      });
      if (found !== false || performance.now() >= end) return found;
      await new Promise(resolve => setTimeout(resolve, 20));
    }
  },

  // their insides are hidden from a document's selectors
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
