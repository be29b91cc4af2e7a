// The panel: native inputs, read as a choice. A lever at the preset's own place is not moved.
const SNAP = 0.015;
const PAGE = 10;

export class Levers {
  dragging = false;
  onmove = () => {};
  onrelease = () => {};

  constructor(form, state) {
    this.form = form;
    this.state = state;
    this.vehicle = state.vehicle;
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", (event) => this.moved(event.target));
    form.addEventListener("pointerdown", (event) => {
      if (event.target.type === "range") this.dragging = true;
    });
    window.addEventListener("pointerup", () => {
      if (this.dragging) {
        this.dragging = false;
        this.onrelease();
      }
    });
    form.addEventListener("dblclick", (event) => {
      if (event.target.type === "range") this.undo(event.target.name);
    });
    form.addEventListener("keydown", (event) => {
      const by = { PageUp: PAGE, PageDown: -PAGE }[event.key];
      if (by && event.target.type === "range") {
        event.preventDefault();
        event.target.value = Number(event.target.value) + by * Number(event.target.step);
        this.moved(event.target);
      }
    });
  }

  inputs() {
    return [...this.form.elements].filter((e) => e.type === "range" || (e.type === "radio" && e.checked));
  }

  // What was moved away from the preset; an input whose preset is left open counts once it was touched.
  values() {
    const found = {};
    for (const e of this.inputs()) {
      if (e.disabled || e.name === "rate") continue;
      const same = e.type === "range" ? Math.abs(Number(e.value) - Number(e.dataset.start)) < 1e-9 : e.value === e.dataset.start;
      if (e.dataset.start === "" ? e.dataset.touched : !same) found[e.name] = e.type === "range" ? Number(e.value) : e.value;
    }
    return found;
  }

  rate() {
    return this.form.elements.rate?.value ?? "3";
  }

  name() {
    const moved = Object.keys(this.values());
    const title = document.getElementById("preset").selectedOptions[0].textContent;
    return moved.length ? `${title}, ${moved.map((id) => this.shown(id)).join(", ")}` : title;
  }

  shown(id) {
    const row = this.form.querySelector(`[data-lever="${id}"]`);
    const value = row.querySelector("output")?.textContent ?? row.querySelector("input:checked")?.dataset.said;
    return `${row.querySelector("label,span").textContent.trim()} ${value}`;
  }

  message() {
    return { reform: document.getElementById("preset").value, vehicle: this.vehicle, moved: this.values() };
  }

  query() {
    const said = new URLSearchParams({ reform: document.getElementById("preset").value });
    if (this.vehicle) said.set("vehicle", this.vehicle);
    for (const [name, value] of Object.entries(this.values())) said.set(name, value);
    return said.toString();
  }

  moved(input) {
    if (input.type === "range") {
      if (this.dragging) this.snap(input);
      input.dataset.touched = "1";
      this.show(input);
    } else if (input.type === "radio") {
      input.dataset.touched = "1";
      input.closest(".lv").classList.toggle("ch", input.value !== input.dataset.now);
    } else return;
    this.onmove();
  }

  snap(input) {
    const reach = SNAP * (input.max - input.min);
    const marks = [...input.dataset.marks.split(" ").filter(Boolean).map(Number), Number(input.dataset.now)];
    const near = marks.find((m) => Math.abs(m - input.value) <= reach);
    if (near !== undefined && input.dataset.now !== "") input.value = near;
  }

  show(input) {
    const row = input.closest(".lv");
    const share = (100 * (input.value - input.min)) / (input.max - input.min);
    input.parentElement.style.setProperty("--v", share);
    const said = this.said(input);
    row.querySelector("output").textContent = said;
    input.setAttribute("aria-valuetext", `${said}; ${input.dataset.today.toLowerCase()} ${input.dataset.nowSaid}`);
    row.classList.toggle("ch", Number(input.value) !== Number(input.dataset.now));
  }

  said(input) {
    const value = Number(input.value);
    if (input.dataset.open && value >= Number(input.max)) return input.dataset.open;
    if (input.dataset.low && value === Number(input.min)) return input.dataset.low;
    if (input.dataset.high && value === Number(input.max)) return input.dataset.high;
    const unit = input.dataset.unit;
    if (unit === "mph" && this.state.manner.units === "km") return `${Math.round(value * 1.609344)} km/h`;
    const text = value.toLocaleString("en-US", { maximumFractionDigits: 2 });
    if (unit.startsWith("$") && this.state.manner.money === "jpy") {
      const yen = value * Number(this.form.elements.yen.value);
      return `¥${yen.toLocaleString("en-US", { maximumFractionDigits: 0 })}${unit.slice(1)}`;
    }
    return unit.startsWith("$") ? `$${text}${unit.slice(1)}` : `${text} ${unit}`.trim();
  }

  // Back to today's value; where today has none, to the preset's.
  undo(id) {
    for (const input of this.form.querySelectorAll(`[name="${id}"]`)) {
      const to = input.dataset.now === "" ? input.dataset.start : input.dataset.now;
      if (input.type === "range") input.value = to;
      else input.checked = input.value === to;
      if (input.type === "range" || input.checked) this.moved(input);
    }
  }

  reset() {
    for (const input of this.form.elements) {
      if (input.type === "range" && input.dataset.start !== "") {
        input.value = input.dataset.start;
        this.show(input);
      } else if (input.type === "radio") {
        input.checked = input.value === input.dataset.start;
        if (input.checked) input.closest(".lv").classList.toggle("ch", input.value !== input.dataset.now);
      }
      if (input.dataset) delete input.dataset.touched;
    }
    this.onmove();
  }
}
