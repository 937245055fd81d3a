// A till without a connection: codes are kept on the device and put into the queue's field.
(() => {
  const form = document.getElementById("till");
  const queue = document.getElementById("till-queue");
  if (!form || !queue) return;
  const key = "till-queue";
  const area = queue.querySelector("textarea");
  const kept = () => JSON.parse(localStorage.getItem(key) || "[]");
  const show = () => {
    const lines = kept();
    if (lines.length && !area.value.trim()) area.value = lines.join("\n");
  };
  const two = (n) => String(n).padStart(2, "0");
  const stamp = () => {
    const at = new Date(Date.now() + (8 * 60 + new Date().getTimezoneOffset()) * 60000);
    return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;
  };
  form.addEventListener("submit", (event) => {
    if (navigator.onLine) return;
    event.preventDefault();
    const code = form.elements.code.value.trim();
    const amount = form.elements.goods_fen.value.trim();
    if (!code || !amount) return;
    localStorage.setItem(key, JSON.stringify([...kept(), `${code} ${amount} ${stamp()}`]));
    area.value = kept().join("\n");
    form.elements.code.value = "";
    form.elements.goods_fen.value = "";
    const note = document.createElement("p");
    note.className = "notice warn";
    note.setAttribute("role", "status");
    note.textContent = form.dataset.offline;
    form.append(note);
  });
  queue.addEventListener("submit", (event) => {
    if (navigator.onLine) localStorage.removeItem(key);
    else event.preventDefault();
  });
  show();
})();
