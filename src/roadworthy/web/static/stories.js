// Dialogs and tables: what stands behind a number is one request away, and is the server's own text.
export function stories(query, key) {
  const dialog = document.getElementById("story");
  const body = document.getElementById("story-body");

  async function part(name) {
    const answer = await fetch(`/part/${name}${name.includes("?") ? "&" : "?"}${query()}`);
    return answer.text();
  }

  async function open(name) {
    body.innerHTML = await part(name);
    if (!dialog.open) dialog.showModal();
    body.querySelector("a,button,summary")?.focus();
  }

  async function table(button) {
    const figure = button.closest("[data-card]");
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
    if (take) take.href = `/s/${key()}.${take.dataset.take}?chart=${take.closest("[data-card]").dataset.card}`;
    const copy = event.target.closest("[data-copy]");
    if (copy) navigator.clipboard.writeText(copy.parentElement.querySelector("pre").textContent).then(() => (copy.textContent = "Copied"));
    if (event.target === dialog) dialog.close();
  });
  document.addEventListener("story", (event) => open(event.detail));
  document.addEventListener("stale-table", async (event) => {
    const figure = event.target;
    const fresh = await part(`table/${figure.dataset.card}`);
    const shown = figure.querySelector(".scroll");
    if (shown) shown.outerHTML = fresh;
  });
}
