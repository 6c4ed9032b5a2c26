// Comfort only: filters lists as one types. Everything works without it.
(function () {
  "use strict";
  document.querySelectorAll("input[data-filter]").forEach(function (field) {
    var list = document.querySelector(field.dataset.filter);
    if (!list) { return; }
    var rows = Array.prototype.map.call(list.children, function (row) {
      return { row: row, text: row.textContent.toLowerCase() };
    });
    var count = document.querySelector('[data-count="' + field.dataset.filter + '"]');
    field.addEventListener("input", function () {
      var words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      var shown = 0;
      rows.forEach(function (r) {
        r.row.hidden = !words.every(function (w) { return r.text.indexOf(w) >= 0; });
        shown += r.row.hidden ? 0 : 1;
      });
      if (count) { count.textContent = String(shown); }
    });
  });
  // A folded path that is linked to, or about to be printed, is unfolded.
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details").forEach(function (d) { d.open = true; });
  });
})();
