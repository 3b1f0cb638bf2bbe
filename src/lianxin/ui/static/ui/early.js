// Runs before the page is drawn: the design system learns that the device prefers the dark.
(function () {
  var root = document.documentElement;
  if (!root.dataset.bsTheme && window.matchMedia("(prefers-color-scheme: dark)").matches) {
    root.setAttribute("data-bs-theme", "dark");
    root.dataset.auto = "";
  }
})();
