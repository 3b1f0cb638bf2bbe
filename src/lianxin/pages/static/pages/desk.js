// Comforts of the desk: the list keeps its place, a suggestion is taken with one press.
(function () {
  "use strict";

  function byId(name) { return document.getElementById(name); }

  function put(field, value) {
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  // The row of the case that is open is marked, and the phone shows the case instead of the list.
  function mark() {
    var article = document.querySelector(".case");
    var panes = document.querySelector(".panes");
    if (!panes) return;
    if (article) panes.classList.remove("list-only");
    var row = article && byId("row-" + article.dataset.case);
    document.querySelectorAll(".worklist a[aria-current]").forEach(function (link) {
      if (!row || !row.contains(link)) link.removeAttribute("aria-current");
    });
    if (!row) return;
    row.querySelector("a").setAttribute("aria-current", "page");
    row.scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("htmx:afterSettle", function (event) {
    var target = event.detail.target || event.target;
    mark();
    if (target.id === "beside") {
      var first = target.querySelector("#errors, .act-panel h2");
      if (first) {
        if (first.id !== "errors") first.focus({ preventScroll: true });
        first.scrollIntoView({ block: "start" });
      }
    } else if (target.id === "content") {
      var title = document.querySelector(".case h1");
      if (title) document.title = title.textContent + " · " + document.title.split(" · ").slice(1).join(" · ");
      var pane = byId("content");
      if (pane.scrollTo) pane.scrollTo(0, 0);
      if (matchMedia("(max-width: 991.98px)").matches) window.scrollTo(0, 0);
    }
  });

  // What has arrived need not be kept as a draft any longer.
  document.addEventListener("arrived", function () {
    try {
      Object.keys(localStorage).forEach(function (name) {
        if (!name.startsWith("draft:")) return;
        var draft = JSON.parse(localStorage.getItem(name));
        if (draft && draft.sent) localStorage.removeItem(name);
      });
    } catch (error) { /* storage is switched off */ }
  });

  document.addEventListener("click", function (event) {
    var pick = event.target.closest("[data-pick]");
    if (!pick) return;
    var field = byId(pick.dataset.into);
    if (field) { put(field, pick.dataset.pick); field.focus(); }
  });

  // A jump on the page is no step to go back from: there the back button means the page before.
  document.addEventListener("click", function (event) {
    var jump = event.target.closest(".to-acts a");
    var beside = jump && byId("beside");
    if (!beside) return;
    event.preventDefault();
    beside.scrollIntoView();
    beside.focus({ preventScroll: true });
  });

  // Choosing a ground puts its words into the text, unless somebody has written their own.
  document.addEventListener("change", function (event) {
    var choice = event.target.closest("select[data-fills]");
    if (!choice) return;
    var text = byId(choice.dataset.fills);
    var words = document.querySelector('[data-ground="' + CSS.escape(choice.value) + '"]');
    if (!text || !words) return;
    if (text.value && text.value !== text.dataset.filled) return;
    text.dataset.filled = words.textContent;
    put(text, words.textContent);
  });

  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    var cancel = document.querySelector(".act-panel [data-cancel]");
    if (cancel && event.target.closest(".act-panel, body")) cancel.click();
  });

  mark();
})();
