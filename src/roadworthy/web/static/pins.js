// Up to three pinned scenarios: their headline numbers stay under each card beside today's.
const MOST = 3;
const NAMES = "ABC";

export class Pins {
  constructor(state, now, changed) {
    this.rows = state.pins;
    this.words = state.words;
    this.now = now;
    this.changed = changed;
    this.place = document.getElementById("pins");
    this.add = document.getElementById("pin");
    this.compare = document.getElementById("compare");
    this.add.addEventListener("click", () => {
      if (this.rows.length < MOST) this.rows.push(this.now());
      this.draw();
      this.changed();
    });
    this.compare.addEventListener("click", () => {
      const said = new URLSearchParams();
      said.append("pin", this.now().choice);
      for (const pin of this.rows) said.append("pin", pin.choice);
      document.dispatchEvent(new CustomEvent("story", { detail: `compare?${said}` }));
    });
  }

  draw() {
    for (const old of this.place.querySelectorAll("[data-pin]")) old.remove();
    this.rows.forEach((pin, i) => {
      const tag = document.createElement("span");
      tag.className = "pinb";
      tag.dataset.pin = NAMES[i];
      tag.title = pin.name;
      const letter = document.createElement("i");
      letter.textContent = NAMES[i];
      const drop = document.createElement("button");
      drop.type = "button";
      drop.textContent = "×";
      drop.setAttribute("aria-label", this.words.unpin.replace("{}", `${NAMES[i]}, ${pin.name}`));
      drop.addEventListener("click", () => {
        this.rows.splice(i, 1);
        this.draw();
        this.changed();
      });
      tag.append(letter, pin.name.length > 18 ? `${pin.name.slice(0, 17)}…` : pin.name, drop);
      this.add.before(tag);
    });
    this.add.hidden = this.rows.length >= MOST;
    this.compare.hidden = !this.rows.length;
    for (const figure of document.querySelectorAll("[data-card]")) {
      const id = figure.dataset.card;
      figure.querySelector(".pinrow")?.remove();
      if (!this.rows.length || !this.rows.every((pin) => id in pin.numbers)) continue;
      const row = document.createElement("div");
      row.className = "pinrow";
      for (const [letter, number] of [["◇", "0"], ...this.rows.map((pin, i) => [NAMES[i], pin.numbers[id]])]) {
        const cell = document.createElement("span");
        const bold = document.createElement("b");
        bold.textContent = letter;
        cell.append(bold, ` ${number}`);
        row.append(cell);
      }
      figure.querySelector(".links").before(row);
    }
  }
}
