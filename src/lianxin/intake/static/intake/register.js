// The area that a hint names, chosen with one press. Without this file one chooses it in the list.
(function () {
  "use strict";
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-set]");
    var field = button && document.querySelector("select[name=" + button.dataset.set + "]");
    if (!field) return;
    field.value = button.dataset.value;
    field.dispatchEvent(new Event("change", { bubbles: true }));
    field.focus();
  });
})();
