// Lets the device calculate, and sends the form: with the result, or without it when it cannot.
(function () {
  "use strict";
  var LONGEST = 30000;
  var form = document.querySelector("form[data-work]");
  if (!form || !window.Worker) return;
  var gone = false;
  var status = form.querySelector("[data-work-status]");
  status.hidden = false;

  function send(payload) {
    if (gone) return;
    // Whoever has a ticket that must ripen sends by hand.
    if (!payload && form.elements.wait) { status.hidden = true; return; }
    gone = true;
    form.elements.work.value = payload;
    form.submit();
  }

  var worker;
  try {
    worker = new Worker(form.dataset.worker);
  } catch (error) {
    send("");
    return;
  }
  worker.onmessage = function (event) { send(event.data); };
  worker.onerror = function () { send(""); };
  setTimeout(function () { send(""); }, LONGEST);
  form.addEventListener("submit", function () { gone = true; worker.terminate(); });
  worker.postMessage(JSON.parse(form.dataset.work));
})();
