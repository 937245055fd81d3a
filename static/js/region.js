// Fetches only the next list of the region picker. Without script the links load whole pages.
(() => {
  const STEPS = "/region/steps";
  let running = null;

  async function show(address, remember) {
    const box = document.querySelector("[data-picker]");
    const url = new URL(address, location.href);
    running?.abort();
    running = new AbortController();
    box.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(STEPS + url.search, { signal: running.signal, headers: { Accept: "text/html" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const part = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-picker]");
      box.replaceWith(part);
      if (remember) history.pushState(null, "", url);
      part.querySelector(".picker-step")?.focus({ preventScroll: false });
    } catch (error) {
      if (error.name !== "AbortError") location.assign(url);
    }
  }

  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const link = event.target.closest("[data-picker] a[data-step], [data-picker] .picked a");
    if (!link) return;
    event.preventDefault();
    show(link.href, true);
  });

  addEventListener("popstate", () => show(location.href, false));
})();
