(function () {
  "use strict";
  var folds = Array.prototype.slice.call(document.querySelectorAll("details"));
  var provisions = Array.prototype.slice.call(document.querySelectorAll("article.provision"));
  var clauses = Array.prototype.slice.call(document.querySelectorAll("section.clause"));
  var tools = document.getElementById("tools");
  var filters = [];

  function button(text, act) {
    var b = document.createElement("button");
    b.type = "button";
    b.textContent = text;
    b.addEventListener("click", act);
    tools.appendChild(b);
    return b;
  }

  function show(verdict) {
    provisions.forEach(function (p) { p.hidden = Boolean(verdict) && p.dataset.verdict !== verdict; });
    clauses.forEach(function (c) { c.hidden = !c.querySelector("article:not([hidden])"); });
    filters.forEach(function (f) { f.button.setAttribute("aria-pressed", String(f.verdict === verdict)); });
  }

  function fold(open) {
    folds.forEach(function (d) { d.open = open; });
  }

  function reveal() {
    var name = "";
    try { name = decodeURIComponent(location.hash.slice(1)); } catch (e) { return; }
    var target = name && document.getElementById(name);
    if (!target) { return; }
    if (target.closest("[hidden]")) { show(""); }
    for (var n = target; n; n = n.parentElement) { if (n.tagName === "DETAILS") { n.open = true; } }
    target.scrollIntoView();
  }

  ["", "FAIL", "INCONCLUSIVE", "PASS", "NOT TESTED"].forEach(function (verdict) {
    var some = !verdict || provisions.some(function (p) { return p.dataset.verdict === verdict; });
    if (some) {
      filters.push({ verdict: verdict, button: button(verdict || "All provisions", function () { show(verdict); }) });
    }
  });
  button("Unfold all", function () { fold(true); });
  button("Fold all", function () { fold(false); });
  tools.hidden = false;
  show("");

  var before = null;
  window.addEventListener("beforeprint", function () {
    before = folds.map(function (d) { return d.open; });
    fold(true);
  });
  window.addEventListener("afterprint", function () {
    if (before) { folds.forEach(function (d, i) { d.open = before[i]; }); }
    before = null;
  });
  window.addEventListener("hashchange", reveal);
  reveal();
}());
