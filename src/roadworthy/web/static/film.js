// The collision, moving: one range is its time, another the closing speed. It is fetched when first touched, plays once and rests at the
// end; the drawing's own clock is held still and set, so that play, pause and scrub are one thing.
const STEP_MS = 2;

export function reel(query, metric) {
  const words = document.getElementById("reel").dataset;
  const figure = document.getElementById("f-crash");
  const [play, time, speed, said] = ["play", "time", "speed", "said"].map((name) => document.getElementById(`reel-${name}`));
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  let film = null;
  let wanted = 0;
  let running = 0;
  document.getElementById("reel").hidden = false;
  play.hidden = calm.matches;
  calm.addEventListener("change", () => {
    play.hidden = calm.matches;
    stop();
  });

  const pace = (mph) => (metric() ? `${Math.round(mph * 1.609344)} km/h` : `${Math.round(mph)} mph`);
  const faster = () => speed.setAttribute("aria-valuetext", `${pace(speed.value)} closing`);

  async function load() {
    const mine = ++wanted;
    const answer = await fetch(`/part/film?${query()}&closing=${speed.value}`);
    if (!answer.ok || mine !== wanted) return;
    const found = await answer.json();
    if (!found.svg) return; // sizes or pulses are not known: the picture at rest stays
    film = found;
    const place = figure.querySelector(".side");
    place.innerHTML = film.svg;
    place.querySelector("svg").pauseAnimations();
    figure.setAttribute("aria-label", film.sentence);
    figure.querySelector("h3 span").textContent = film.scope;
    const table = figure.querySelector(".scroll");
    if (table) table.outerHTML = film.table;
    speed.max = film.most;
    show();
  }

  // The frame of the time on the range, in the drawing and in words.
  function show() {
    const svg = figure.querySelector("svg.film");
    if (!svg || !film) return;
    const { lastsS, shownMs, beforeMs } = svg.dataset;
    const share = Math.min((Number(time.value) + Number(beforeMs)) / Number(shownMs), 0.9999);
    svg.setCurrentTime(share * Number(lastsS));
    const frame = film.frames[Math.round((Number(time.value) + Number(beforeMs)) / STEP_MS)];
    const crush = [frame.crush_first_m, frame.crush_second_m].map((m, i) => `${film.names[i]} ${Math.round(100 * m)} cm`);
    const left = frame.closing_mps / 0.44704;
    said.textContent = `${time.value} ms, ${left < 0 ? words.parting : words.left} ${pace(Math.abs(left))}; ${crush.join(", ")}`;
    time.setAttribute("aria-valuetext", said.textContent);
  }

  function stop() {
    cancelAnimationFrame(running);
    running = 0;
    play.textContent = play.dataset.play;
  }

  function go() {
    const svg = figure.querySelector("svg.film");
    const per = Number(svg.dataset.shownMs) / Number(svg.dataset.lastsS) / 1000;
    if (Number(time.value) >= Number(time.max)) time.value = time.min;
    let at = Number(time.value);
    let last = performance.now();
    play.textContent = play.dataset.pause;
    const step = (now) => {
      at += (now - last) * per;
      last = now;
      time.value = at;
      show();
      if (at < Number(time.max)) running = requestAnimationFrame(step);
      else stop();
    };
    running = requestAnimationFrame(step);
  }

  play.addEventListener("click", async () => {
    if (running) return stop();
    if (!film) await load();
    return film && go();
  });
  time.addEventListener("input", async () => {
    stop();
    if (!film) await load();
    show();
  });
  speed.addEventListener("input", async () => {
    speed.dataset.touched = "1";
    faster();
    await load();
  });
  faster();
  if (speed.value !== words.drawn) load(); // a link whose roads are slower than the picture

  // After a move: the roads bound the speed; a picture that was opened follows.
  return (roads, open) => {
    const most = roads >= open ? 100 : Math.min(100, 2 * roads);
    const was = speed.value;
    speed.max = most;
    speed.value = speed.dataset.touched ? Math.min(Number(was), most) : Math.min(70, most);
    faster();
    if (speed.value !== was) load();
  };
}
