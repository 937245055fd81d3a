// Reckons the bundle again on every change, by the same form that works without this file.
(() => {
  let pause, running, asked = 0;
  const form = () => document.getElementById("house-form");
  const said = () => document.getElementById("bundle-said");

  async function again(anchor) {
    const sent = form(), turn = ++asked, data = new FormData(sent);
    data.set("do", anchor || "size");
    running?.abort();
    running = new AbortController();
    sent.setAttribute("aria-busy", "true");
    said().textContent = said().dataset.busy;
    try {
      const answer = await fetch(sent.action, { method: "POST", body: data, signal: running.signal });
      if (!answer.ok && answer.status !== 422) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (turn !== asked || !page.getElementById("house-form")) throw new Error("other page");
      replace(page);
      if (answer.ok) history.replaceState(null, "", answer.url.split("#")[0]);
    } catch (error) {
      if (error.name === "AbortError") return;
      form().removeAttribute("aria-busy");
      said().textContent = "";
    }
  }

  // What stood open stays open, what had the focus keeps it.
  function replace(page) {
    const open = [...document.querySelectorAll("main details")].map((box) => box.open);
    const active = document.activeElement, id = active?.id, value = active?.value, y = scrollY;
    const text = active?.selectionStart ?? null;
    for (const part of ["house-form", "bundle-said"]) {
      document.getElementById(part).replaceWith(page.getElementById(part));
    }
    const bar = page.querySelector(".buy"), old = document.querySelector(".buy");
    if (bar && old) old.replaceWith(bar);
    const boxes = [...document.querySelectorAll("main details")];
    if (boxes.length === open.length) boxes.forEach((box, at) => { box.open = box.open || open[at]; });
    const same = id && document.getElementById(id);
    const choice = active?.type === "radio" && document.querySelector(`[name="${active.name}"][value="${CSS.escape(value)}"]`);
    (choice || same)?.focus({ preventScroll: true });
    if (same && text !== null && same.setSelectionRange) { try { same.setSelectionRange(text, text); } catch { /* numbers have none */ } }
    scrollTo(0, y);
    said().textContent = said().dataset.done;
  }

  document.addEventListener("change", (event) => {
    if (event.target.form !== form() || ["aim", "budget"].includes(event.target.name)) return;
    clearTimeout(pause);
    pause = setTimeout(() => again(event.target.name), 250);
  });
  document.addEventListener("submit", (event) => { if (event.target === form()) { clearTimeout(pause); running?.abort(); } });
})();
