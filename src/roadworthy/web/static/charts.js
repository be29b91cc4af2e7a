// Views are made once and kept; a move sends rows and axis ends. Axes grow at once while a lever is held and shrink on release.
const OPTIONS = { mode: "vega", renderer: "svg", actions: false, ast: true, tooltip: false, defaultStyle: false, hover: false };

export class Charts {
  views = new Map();
  ends = new Map();
  rows = new Map();
  round = 0;

  async open(cards) {
    this.specs = await (await fetch("/static/specs.json")).json();
    await this.vega();
    for (const [id, card] of Object.entries(cards)) await this.make(id, card);
  }

  vega() {
    return new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = "/static/vega.js";
      script.addEventListener("load", done);
      script.addEventListener("error", failed);
      document.head.append(script);
    });
  }

  async make(id, card) {
    const place = document.getElementById(`v-${id}`);
    const spec = structuredClone(this.specs[id]);
    for (const data of spec.data) if (card.data[data.name]) data.values = structuredClone(card.data[data.name]);
    for (const signal of spec.signals ?? []) if (signal.name in card.signals) signal.value = card.signals[signal.name];
    const holder = document.createElement("div");
    const made = await window.vegaEmbed(holder, spec, OPTIONS);
    place.replaceChildren(holder);
    this.views.set(id, made.view);
    this.ends.set(id, { ...card.signals });
    this.rows.set(id, JSON.stringify(card.data));
    this.note(id);
  }

  // What is in sight is drawn first and waited for; the rest follows, and a chart that a move leaves as it was is not drawn again.
  async update(cards, held) {
    const round = ++this.round;
    const near = [];
    const far = [];
    for (const [id, card] of Object.entries(cards)) {
      this.words(id, card);
      (this.inSight(id) ? near : far).push([id, card]);
    }
    await Promise.all(near.map(([id, card]) => this.draw(id, card, held)));
    if (far.length)
      setTimeout(() => {
        if (round === this.round) for (const [id, card] of far) this.draw(id, card, held);
      });
  }

  inSight(id) {
    const box = document.getElementById(`v-${id}`)?.getBoundingClientRect();
    return box && box.bottom > 0 && box.top < window.innerHeight;
  }

  draw(id, card, held) {
    const view = this.views.get(id);
    if (!view) return this.specs?.[id] && this.make(id, card);
    const rows = JSON.stringify(card.data);
    const same = rows === this.rows.get(id);
    if (!same) {
      for (const [name, data] of Object.entries(card.data)) view.data(name, data);
      this.rows.set(id, rows);
    }
    return this.hold(id, view, card.signals, held) || !same ? view.runAsync() : undefined;
  }

  // Whether an end of an axis moved.
  hold(id, view, needed, held) {
    const ends = this.ends.get(id);
    let moved = false;
    for (const [name, value] of Object.entries(needed)) {
      const end = !held ? value : name === "low" || name === "zero" ? Math.min(ends[name], value) : Math.max(ends[name], value);
      if (end === ends[name]) continue;
      ends[name] = end;
      view.signal(name, end);
      moved = true;
    }
    if (moved) this.note(id);
    return moved;
  }

  // Where the axis ends now, on the element, so that it can be seen from outside.
  note(id) {
    const place = document.getElementById(`v-${id}`);
    for (const [name, value] of Object.entries(this.ends.get(id))) place.dataset[name] = value;
  }

  async settle(cards) {
    for (const [id, card] of Object.entries(cards)) {
      const view = this.views.get(id);
      if (view && this.hold(id, view, card.signals, false)) await view.runAsync();
    }
  }

  words(id, card) {
    const figure = document.querySelector(`[data-card="${id}"]`);
    if (!figure) return;
    figure.setAttribute("aria-label", card.sentence);
    for (const [part, text] of [["big", card.big], ["small", card.small], ["scope", card.scope], ["note", card.note]]) {
      const place = figure.querySelector(`[data-${part}]`);
      if (place) place.textContent = text;
    }
    if (figure.querySelector(".scroll")) figure.dispatchEvent(new CustomEvent("stale-table", { bubbles: true }));
  }
}
