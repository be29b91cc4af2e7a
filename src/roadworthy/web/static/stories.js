// Dialogs and tables: what stands behind a number is one request away, and is the server's own text.
const SLOW_MS = 400;

export function stories(query, key, words) {
  const dialog = document.getElementById("story");
  const body = document.getElementById("story-body");
  let wanted = 0;

  function plainly(title, text) {
    const found = document.createElement("div");
    for (const [tag, said] of [["h2", title], ["p", text]]) found.append(Object.assign(document.createElement(tag), { textContent: said }));
    found.firstChild.id = "story-title";
    return found.innerHTML;
  }

  // The server's text, or what went wrong and what to do, in its place.
  async function part(name) {
    try {
      const answer = await fetch(`/part/${name}${name.includes("?") ? "&" : "?"}${query()}`);
      if (answer.ok) return await answer.text();
      const { error } = await answer.json();
      return plainly(error.message, error.hint);
    } catch {
      return plainly(words.not_reached, "");
    }
  }

  function show() {
    if (!dialog.open) dialog.showModal();
  }

  async function open(name) {
    const mine = ++wanted;
    const slow = setTimeout(() => {
      body.innerHTML = plainly(`${words.computing} …`, "");
      show();
    }, SLOW_MS);
    const text = await part(name);
    clearTimeout(slow);
    if (mine !== wanted) return;
    body.innerHTML = text;
    show();
    body.querySelector("a,button,summary")?.focus();
  }

  async function table(button) {
    const figure = button.closest("figure");
    const shown = figure.querySelector(".scroll");
    button.setAttribute("aria-expanded", String(!shown));
    if (shown) return shown.remove();
    figure.insertAdjacentHTML("beforeend", await part(`table/${button.dataset.table}`));
    return undefined;
  }

  document.addEventListener("click", (event) => {
    const story = event.target.closest("[data-story]");
    if (story) open(story.dataset.story);
    const button = event.target.closest("[data-table]");
    if (button) table(button);
    const take = event.target.closest("[data-take]");
    if (take) take.href = `/s/${key()}.${take.dataset.take}${new URL(take.href).search}`;
    const copy = event.target.closest("[data-copy]");
    if (copy) navigator.clipboard.writeText(copy.parentElement.querySelector("pre").textContent).then(() => (copy.textContent = words.copied));
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener("close", () => wanted++);
  document.addEventListener("story", (event) => open(event.detail));
  document.addEventListener("stale-table", async (event) => {
    const figure = event.target;
    const fresh = await part(`table/${figure.dataset.card}`);
    const shown = figure.querySelector(".scroll");
    if (shown) shown.outerHTML = fresh;
  });
}
