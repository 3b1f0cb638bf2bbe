// Reads a reply aloud where the browser can; without it the text is simply there.
(function () {
  "use strict";
  var voice = window.speechSynthesis;
  if (!voice || !window.SpeechSynthesisUtterance) return;

  function parts(text) {
    // Browsers fall silent in the middle of a long text: a sentence at a time.
    return text.split(/(?<=[。！？；\n.!?])/).map(function (s) { return s.trim(); }).filter(Boolean);
  }

  document.querySelectorAll("[data-read]").forEach(function (button) {
    var words = button.querySelector("span");
    var start = words.textContent;
    button.hidden = false;
    button.addEventListener("click", function () {
      var running = button.dataset.reading !== undefined;
      voice.cancel();
      document.querySelectorAll("[data-reading]").forEach(function (other) {
        delete other.dataset.reading;
        other.querySelector("span").textContent = start;
      });
      if (running) return;
      button.dataset.reading = "";
      words.textContent = button.dataset.sayStop;
      var list = parts(document.getElementById(button.dataset.read).innerText);
      list.forEach(function (text, index) {
        var said = new SpeechSynthesisUtterance(text);
        said.lang = document.documentElement.lang === "en" ? "en" : "zh-CN";
        said.rate = 0.9;
        if (index === list.length - 1) {
          said.onend = function () {
            delete button.dataset.reading;
            words.textContent = start;
          };
        }
        voice.speak(said);
      });
    });
  });
  window.addEventListener("pagehide", function () { voice.cancel(); });
})();
