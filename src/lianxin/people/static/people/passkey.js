// Says in the page's own words that a passkey did not work. No inline code, no eval.
(function () {
  "use strict";
  document.addEventListener("allauth.error", function (event) {
    event.preventDefault();
    var box = document.getElementById("passkey-failed");
    if (!box) return;
    box.hidden = false;
    box.focus();
  });
})();
