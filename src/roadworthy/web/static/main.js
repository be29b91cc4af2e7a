// The page: levers in, answers out. Everything that counts is computed by the server.
import { Levers } from "./levers.js";
import { Live } from "./live.js";
import { Charts } from "./charts.js";
import { Pins } from "./pins.js";
import { stories } from "./stories.js";
import { reel } from "./film.js";

const state = JSON.parse(document.getElementById("state").textContent);
document.documentElement.classList.add("js");
let last = state.message;
let full = state.message.kind === "full" ? state.message : null;

const levers = new Levers(document.getElementById("levers"), state);
const charts = new Charts();
const pins = new Pins(state, () => ({ choice: levers.query(), numbers: last.numbers, name: levers.name() }), address);
stories(() => `${levers.query()}&rate=${levers.rate()}&${manner()}`, () => last.key, state.words);

const follow = reel(() => `${levers.query()}&${manner()}`, () => state.manner.units === "km");

function manner() {
  return new URLSearchParams(state.manner).toString();
}

// The address holds the preset, what was moved, the pins and the manner; nothing else.
function address() {
  const said = new URLSearchParams(levers.query());
  for (const [name, value] of Object.entries(state.manner)) said.set(name, value);
  if (levers.rate() !== "3") said.set("rate", levers.rate());
  for (const pin of pins.rows) said.append("pin", pin.choice);
  history.replaceState(null, "", `/?${said}`);
  for (const link of document.querySelectorAll("[data-keep]")) {
    const now = new URLSearchParams(said);
    for (const [name, value] of new URL(link.href, location.href).searchParams)
      if (["lang", "units", "money"].includes(name)) now.set(name, value);
    link.href = `/?${now}`;
  }
}

function put(id, html) {
  const place = document.getElementById(id);
  if (place && place.innerHTML !== html) place.innerHTML = html;
}

async function answered(said) {
  const open = document.querySelector("#p-chips details[open]");
  last = said;
  if (said.kind === "full") full = said;
  for (const [name, html] of Object.entries(said.parts)) put(`p-${name}`, html);
  if (open) document.querySelector("#p-chips details")?.setAttribute("open", "");
  document.getElementById("handle").textContent = said.handle;
  await charts.update(said.cards, levers.dragging);
  pins.draw();
  document.body.dataset.answer = said.id;
  document.body.dataset.kind = said.kind;
  if (said.kind === "full") {
    document.getElementById("said").textContent = document.getElementById("p-answer").textContent;
    address();
    const roads = document.getElementById("l-roads");
    follow(Number(roads.value), Number(roads.max));
  }
}

const live = new Live(answered, state.words);
const ask = () => live.ask({ ...levers.message(), rate: levers.rate(), manner: state.manner });
levers.onmove = ask;
levers.onrelease = () => charts.settle(last.cards);

document.getElementById("preset").addEventListener("change", (event) => {
  const said = new URLSearchParams(state.manner);
  said.set("reform", event.target.value);
  for (const pin of pins.rows) said.append("pin", pin.choice);
  location.search = said;
});
document.addEventListener("click", (event) => {
  const undo = event.target.closest("[data-undo]");
  if (undo) levers.undo(undo.dataset.undo);
  const reset = event.target.closest("[data-reset]");
  if (reset) {
    event.preventDefault();
    levers.reset();
  }
});
const copy = document.getElementById("copy");
copy.addEventListener("click", async () => {
  address();
  const before = copy.textContent;
  try {
    await navigator.clipboard.writeText(location.href);
    copy.textContent = state.words.copied;
  } catch {
    copy.textContent = state.words.see_bar;
  }
  setTimeout(() => (copy.textContent = before), 1600);
});
const drawer = document.querySelector(".drawer");
drawer.addEventListener("click", () => {
  drawer.setAttribute("aria-expanded", document.querySelector(".left").classList.toggle("open"));
});

await charts.open(state.message.cards);
pins.draw();
document.body.dataset.ready = "1";
document.body.dataset.kind = state.message.kind;
live.open();
if (!full) ask();
