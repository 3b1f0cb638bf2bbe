// Tells of news while the desk is open in a tab that nobody looks at: how many, never what.
(function () {
  "use strict";
  if (!("Notification" in window)) return;
  var address = document.currentScript.dataset.address;
  var KEPT = "bell";
  var EVERY = 60000;
  var ask = document.querySelector("[data-bell]");
  var on = document.querySelector("[data-bell-on]");

  function show() {
    if (ask) ask.hidden = Notification.permission !== "default";
    if (on) on.hidden = Notification.permission !== "granted";
  }

  function kept() {
    try { return localStorage.getItem(KEPT) || ""; } catch (error) { return ""; }
  }

  function keep(newest) {
    try { localStorage.setItem(KEPT, newest); } catch (error) { /* storage is switched off */ }
  }

  async function look() {
    if (Notification.permission !== "granted") return;
    var after = kept();
    var told;
    try {
      var answer = await fetch(address + "?after=" + encodeURIComponent(after), { headers: { "X-Poll": "1" } });
      told = await answer.json();
    } catch (error) { return; /* no network, or signed out */ }
    // Another tab may have told it meanwhile.
    if (!told.newest || kept() !== after) return;
    keep(told.newest);
    if (!told.count || !document.hidden) return;
    var bell = new Notification(told.title, { body: told.text, tag: KEPT });
    bell.onclick = function () { window.focus(); location.assign(told.page); };
  }

  if (ask) ask.addEventListener("click", async function () {
    await Notification.requestPermission();
    show();
    look();
  });
  show();
  look();
  setInterval(look, EVERY);
})();
