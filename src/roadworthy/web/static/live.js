// One socket, one question in flight, one flag for a newer one: the latest wins, and nothing queues.
const RETRY_MS = 1500;
const SLOW_MS = 400;

export class Live {
  constructor(onanswer, words) {
    this.onanswer = onanswer;
    this.words = words;
    this.id = 0;
    this.flying = 0;
    this.next = null;
    this.wanted = null;
    this.heard = new Date();
    this.stale = document.getElementById("stale");
  }

  open() {
    this.socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/live`);
    this.socket.addEventListener("open", () => {
      this.say("");
      this.flying = 0;
      if (this.wanted) this.ask(this.wanted);
    });
    this.socket.addEventListener("message", (event) => this.heardOf(JSON.parse(event.data)));
    this.socket.addEventListener("close", () => {
      this.say(this.words.lost.replace("{}", this.heard.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })));
      setTimeout(() => this.open(), RETRY_MS);
    });
  }

  say(text) {
    this.stale.textContent = text;
    this.stale.hidden = !text;
  }

  ask(choice) {
    this.wanted = choice;
    if (this.socket?.readyState !== WebSocket.OPEN) return;
    if (this.flying) {
      this.next = choice;
      return;
    }
    this.flying = ++this.id;
    clearTimeout(this.slow);
    this.slow = setTimeout(() => {
      const foot = document.getElementById("p-foot")?.lastElementChild;
      if (foot) foot.textContent = this.words.computing;
    }, SLOW_MS);
    this.socket.send(JSON.stringify({ id: this.id, ...choice }));
  }

  async heardOf(said) {
    this.heard = new Date();
    if (said.error) {
      this.say(`${said.error.message}. ${said.error.hint}`);
      if (said.id === this.flying) this.flying = 0;
    } else {
      const mine = said.id === this.flying;
      if (mine || (said.kind === "full" && !this.flying && said.id === this.id)) {
        this.say("");
        clearTimeout(this.slow);
        await this.onanswer(said);
      }
      if (mine) this.flying = 0;
    }
    if (!this.flying && this.next) {
      const choice = this.next;
      this.next = null;
      this.ask(choice);
    }
  }
}
