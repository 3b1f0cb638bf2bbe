// Opens the button when the scripts behind it are there, and says in the page's own words that a
// passkey did not work. No inline code, no eval.
(function () {
  "use strict";
  document.addEventListener("DOMContentLoaded", function () {
    document.getElementById("passkey").disabled = false;
  });
  document.addEventListener("allauth.error", function (event) {
    event.preventDefault();
    var box = document.getElementById("passkey-failed");
    if (!box) return;
    box.hidden = false;
    box.focus();
  });
})();
