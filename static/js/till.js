// A till on a bad connection. What cannot be sent is kept on the device, as lines in the queue's
// field, until an answer of the site says what became of each line.
(() => {
  const KEY = document.getElementById("till-queue")?.dataset.key || "till-queue";
  const PATIENCE = 20000; // ms for an answer, then it counts as lost
  const till = () => document.getElementById("till");
  const queue = () => document.getElementById("till-queue");
  if (!till() || !queue()) return;
  const field = () => queue().querySelector("textarea");
  const tidy = (text) => text.split("\n").map((line) => line.trim().replace(/\s+/g, " ")).filter(Boolean);
  const kept = () => {
    try { return JSON.parse(localStorage.getItem(KEY) || "[]"); } catch { return []; }
  };
  const keep = (lines) => {
    try { localStorage.setItem(KEY, JSON.stringify(lines)); } catch { /* the field still has them */ }
  };
  const two = (n) => String(n).padStart(2, "0");
  const stamp = () => {
    const at = new Date(Date.now() + (8 * 60 + new Date().getTimezoneOffset()) * 60000);
    return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;
  };
  const say = (form, text) => {
    form.querySelector("[data-said]")?.remove();
    const note = document.createElement("p");
    note.className = "notice warn";
    note.dataset.said = "";
    note.setAttribute("role", "status");
    note.textContent = text;
    form.append(note);
  };
  // The field and the device hold the same lines; those the page gives an answer to go.
  const show = () => {
    const answered = new Set([...document.querySelectorAll("[data-line]")].map((row) => row.dataset.line));
    const lines = [...new Set([...kept(), ...tidy(field().value)])].filter((line) => !answered.has(line));
    keep(lines);
    field().value = lines.join("\n");
    field().addEventListener("input", () => keep(tidy(field().value)));
    till().addEventListener("submit", sendCode);
    queue().addEventListener("submit", sendQueue);
  };
  // {page} when the till's page came back; else {why}: "lost" without an answer, "odd" with another.
  const ask = async (form, button) => {
    const data = new FormData(form);
    if (button?.name) data.append(button.name, button.value);
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), PATIENCE);
    try {
      const answer = await fetch(form.action, { method: "POST", body: data, signal: stop.signal });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (page.getElementById("till")) return { page };
      return { why: answer.status >= 500 ? "lost" : "odd" };
    } catch {
      return { why: "lost" };
    } finally {
      clearTimeout(timer);
    }
  };
  const once = async (form, button, act) => {
    if (form.dataset.sent) return;
    form.dataset.sent = "1";
    if (button) button.setAttribute("aria-busy", "true");
    try { await act(); } finally {
      delete form.dataset.sent;
      button?.removeAttribute("aria-busy");
    }
  };
  const turnTo = (page) => {
    document.getElementById("main").replaceWith(page.getElementById("main"));
    show();
    (document.querySelector("#main [role=alert]") || document.querySelector("#main [role=status]"))?.focus();
    document.getElementById("main").scrollIntoView();
  };
  const takeDown = (form, text, at) => {
    const code = form.elements.code.value.trim();
    const sum = form.elements.goods_fen; // a shop's till; handing goods over takes none
    if (!code || (sum && !sum.value.trim())) return;
    const said = [code, ...(sum ? [sum.value] : [])].map((text) => text.replace(/\s+/g, ""));
    const lines = [...kept(), [...said, at].join(" ")];
    keep(lines);
    field().value = lines.join("\n");
    form.elements.code.value = "";
    if (sum) sum.value = "";
    say(form, text);
  };
  function sendCode(event) {
    event.preventDefault();
    const form = event.target, button = event.submitter, at = stamp();
    if (!navigator.onLine) { takeDown(form, form.dataset.offline, at); return; }
    once(form, button, async () => {
      const { page, why } = await ask(form, button);
      if (page) turnTo(page);
      else takeDown(form, form.dataset[why], at);
    });
  }
  function sendQueue(event) {
    event.preventDefault();
    const form = event.target, button = event.submitter;
    once(form, button, async () => {
      const { page, why } = navigator.onLine ? await ask(form, button) : { why: "lost" };
      if (page) turnTo(page);
      else say(form, form.dataset[why]);
    });
  }
  show();
})();
