// Counts down how long packs are kept for the cart; said aloud at two minutes and at the end only.
(function () {
  "use strict";
  var box = document.querySelector(".kept[data-left]");
  if (!box) return;
  var text = box.dataset, count = box.querySelector("[data-count]"), said = document.querySelector(".kept-said");
  var left = Number(text.left), end = Date.now() + left * 1000, isSoon = left <= 120;
  function look() {
    var seconds = Math.ceil((end - Date.now()) / 1000);
    if (seconds <= 0) {
      count.parentNode.textContent = said.textContent = text.over;
      box.classList.add("over");
      return;
    }
    count.textContent = text.minutes.replace("{n}", Math.ceil(seconds / 60));
    if (!isSoon && seconds <= 120) {
      isSoon = true;
      said.textContent = text.soon;
    }
    setTimeout(look, Math.min(seconds % 60 || 60, seconds) * 1000);
  }
  look();
})();
