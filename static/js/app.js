// Small comforts. Every page works without this file.
(function () {
  "use strict";
  var slow;
  // A thin line on top when the next page takes longer than 400 ms.
  function waiting() {
    clearTimeout(slow);
    slow = setTimeout(function () {
      var line = document.createElement("div");
      line.className = "slow";
      document.body.appendChild(line);
    }, 400);
  }
  document.addEventListener("submit", function (event) {
    var form = event.target, button = event.submitter;
    if (event.defaultPrevented) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    if (form.method === "post") form.dataset.sent = "1";
    waiting();
    if (!button || !button.classList.contains("btn") || form.method !== "post") return;
    button.style.minWidth = button.offsetWidth + "px";
    setTimeout(function () {
      button.dataset.label = button.textContent;
      button.setAttribute("aria-busy", "true");
      button.textContent = document.body.dataset.busy;
    }, 0);
  });
  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("a[href]");
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
    if (link.target || link.hasAttribute("download") || link.protocol.indexOf("http")) return;
    if (link.host !== location.host || (link.pathname === location.pathname && link.hash)) return;
    waiting();
  });
  // Back from the next page: everything can be pressed again.
  window.addEventListener("pageshow", function () {
    clearTimeout(slow);
    document.querySelectorAll(".slow").forEach(function (line) { line.remove(); });
    document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
    document.querySelectorAll("[aria-busy][data-label]").forEach(function (button) {
      button.removeAttribute("aria-busy");
      button.textContent = button.dataset.label;
    });
  });
  // Words that may be meant, asked for once per pause in typing.
  document.querySelectorAll("[data-suggest]").forEach(function (field) {
    var pause, asked = field.value;
    field.addEventListener("input", function () {
      clearTimeout(pause);
      pause = setTimeout(function () {
        var text = field.value.trim();
        if (!text || text === asked) return;
        asked = text;
        fetch(field.dataset.suggest + "?q=" + encodeURIComponent(text)).then(function (answer) {
          return answer.ok ? answer.json() : [];
        }).then(function (words) {
          if (field.value.trim() !== text) return;
          field.list.replaceChildren.apply(field.list, words.map(function (word) { return new Option(word); }));
        }).catch(function () {});
      }, 300);
    });
    field.addEventListener("compositionstart", function () { clearTimeout(pause); });
  });
  // Work that goes on elsewhere: its card is renewed until it is over.
  (function watch() {
    var card = document.querySelector("[data-watch]");
    if (card) setTimeout(function () {
      fetch(location.href).then(function (answer) { return answer.text(); }).then(function (html) {
        var next = new DOMParser().parseFromString(html, "text/html").querySelector("[data-watch]");
        if (!next) { location.reload(); return; }
        if (next.innerHTML !== card.innerHTML) card.innerHTML = next.innerHTML;
        watch();
      }).catch(watch);
    }, 1500);
  })();
  // Filters stand open where there is room for them.
  if (matchMedia("(min-width:1080px)").matches) document.querySelectorAll("[data-open-wide]").forEach(function (box) { box.open = true; });
  var first = document.querySelector("[role=alert][data-focus]") || document.querySelector("[data-focus]");
  if (first) first.focus();
})();
