// Comforts only: every page works without this file. No inline code, no eval.
(function () {
  "use strict";
  var root = document.documentElement;
  var body = document.body;
  var desk = root.classList.contains("desk");
  var say = body.dataset;

  function all(selector, inside) {
    var found = Array.from((inside || document).querySelectorAll(selector));
    if (inside && inside.matches && inside.matches(selector)) found.unshift(inside);
    return found;
  }

  function once(element, mark) {
    if (element.dataset[mark] !== undefined) return false;
    element.dataset[mark] = "";
    return true;
  }

  // --- one line to the reader -------------------------------------------------------------------
  var noticeTimer;
  function notice(text, kind, action, run) {
    var slot = document.getElementById("notice");
    if (!slot) return;
    var box = document.createElement("div");
    box.className = "notice notice-" + (kind || "info");
    var words = document.createElement("p");
    words.textContent = text;
    box.append(words);
    if (action) {
      var button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-quiet";
      button.textContent = action;
      button.addEventListener("click", function () { slot.replaceChildren(); run(); });
      box.append(button);
    }
    slot.replaceChildren(box);
    clearTimeout(noticeTimer);
    noticeTimer = setTimeout(function () { slot.replaceChildren(); }, kind === "error" ? 15000 : 6000);
  }

  // --- light or dark, large or not: changed in place, so nothing typed is lost -------------------
  function keep(name, value) {
    var secure = location.protocol === "https:" ? "; Secure" : "";
    var age = value ? 31536000 : 0;
    document.cookie = name + "=" + value + "; Path=/; Max-Age=" + age + "; SameSite=Lax" + secure;
  }

  function look(name, value) {
    if (name === "large") {
      root.classList.toggle("large", value === "1");
      keep("large", value === "1" ? "1" : "");
      all("[data-look] button[name=large]").forEach(function (button) {
        var on = value === "1";
        button.value = on ? "0" : "1";
        button.textContent = on ? button.dataset.on : button.dataset.off;
        button.setAttribute("aria-pressed", String(on));
      });
      return;
    }
    keep("theme", value);
    var night = value === "dark" || (!value && matchMedia("(prefers-color-scheme: dark)").matches);
    if (night) root.setAttribute("data-bs-theme", "dark");
    else root.removeAttribute("data-bs-theme");
    document.getElementById("dark").media =
      value === "dark" ? "screen" : value === "light" ? "not all" : "screen and (prefers-color-scheme: dark)";
    all("[data-look] button[name=theme]").forEach(function (button) {
      button.setAttribute("aria-pressed", String(button.value === value));
    });
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-look] button");
    if (!button || (button.name !== "large" && button.name !== "theme")) return;
    event.preventDefault();
    look(button.name, button.value);
  });

  // --- one press, one sending -------------------------------------------------------------------
  function release(form) {
    delete form.dataset.sent;
    all("button[data-was]", form).forEach(function (button) {
      button.removeAttribute("aria-disabled");
      button.querySelector("[data-sending]").remove();
      delete button.dataset.was;
    });
  }

  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.dataset.once === undefined) return;
    if (form.dataset.sent !== undefined) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    form.dataset.sent = "";
    var button = event.submitter;
    if (button && button.tagName === "BUTTON") {
      button.dataset.was = "";
      button.setAttribute("aria-disabled", "true");
      var note = document.createElement("span");
      note.dataset.sending = "";
      note.className = "visually-hidden";
      note.textContent = say.saySending;
      button.append(note);
    }
    // Somebody who stopped the page may press again; the key in the form makes that harmless.
    setTimeout(function () { release(form); }, 15000);
  }, true);

  window.addEventListener("pageshow", function (event) {
    if (event.persisted) all("form[data-sent]").forEach(release);
  });

  // --- what was typed is kept until it has arrived -----------------------------------------------
  var WEEK = 7 * 24 * 3600 * 1000;
  var PREFIX = "draft:";
  function store() {
    // On a shared or borrowed phone nothing outlives the tab; at the desk it outlives the browser.
    try { return desk ? localStorage : sessionStorage; } catch (error) { return null; }
  }

  function controls(form) {
    return Array.from(form.elements).filter(function (e) {
      return e.name && ["hidden", "password", "file", "submit", "button"].indexOf(e.type) < 0;
    });
  }

  function draftName(form) {
    // A form that needs no network names nobody: what is typed there is whose device it is.
    return PREFIX + (say.user || flag("keeper") || "") + ":" + location.pathname + ":" + form.dataset.draft;
  }

  function read(name) {
    try { return JSON.parse(store().getItem(name)); } catch (error) { return null; }
  }

  function write(name, value) {
    try {
      if (value) store().setItem(name, JSON.stringify(value));
      else store().removeItem(name);
    } catch (error) { /* no room, or not allowed: the page still works */ }
  }

  function eachDraft(act) {
    try {
      Object.keys(store()).filter(function (n) { return n.startsWith(PREFIX); }).forEach(act);
    } catch (error) { /* storage is switched off */ }
  }

  function gather(form) {
    return controls(form).map(function (e) {
      return e.type === "checkbox" || e.type === "radio" ? [e.name, e.value, e.checked] : [e.name, e.value];
    });
  }

  function watchDraft(form) {
    if (!once(form, "watched")) return;
    var name = draftName(form);
    var fresh = gather(form);
    var draft = read(name);
    var refused = form.querySelector(".field-error, .errors");
    if (draft && !refused && JSON.stringify(draft.values) !== JSON.stringify(fresh)) {
      var queue = draft.values.slice();
      controls(form).forEach(function (e) {
        var at = queue.findIndex(function (v) {
          return v[0] === e.name && (v.length < 3 || v[1] === e.value);
        });
        if (at < 0) return;
        var value = queue.splice(at, 1)[0];
        if (value.length === 3) e.checked = value[2];
        else e.value = value[1];
        e.dispatchEvent(new Event("change", { bubbles: true }));
      });
      notice(say.sayDraft, "info", say.sayDrop, function () { write(name, null); form.reset(); });
    }
    var timer;
    form.addEventListener("input", function () {
      clearTimeout(timer);
      timer = setTimeout(function () { write(name, { at: Date.now(), values: gather(form) }); }, 400);
    });
    form.addEventListener("submit", function () {
      clearTimeout(timer);
      write(name, { at: Date.now(), values: gather(form), sent: true });
    });
    form.addEventListener("reset", function () { write(name, null); });
  }

  function tidyDrafts() {
    var arrived = document.querySelector(".notice-success, [data-arrived]");
    eachDraft(function (name) {
      var draft = read(name);
      if (!draft || Date.now() - draft.at > WEEK || (draft.sent && arrived)) write(name, null);
    });
  }

  document.addEventListener("submit", function (event) {
    if (event.target.dataset.leave === undefined) return;
    eachDraft(function (name) { write(name, null); });
    // What waits to be sent stays; on the device it is nobody's until its owner signs in again.
    keepFor("");
  });

  // In whose name this device keeps what is written from here on: whoever the page was made for.
  function keepFor(name) {
    try {
      if (name) localStorage.setItem("keeper", name);
      else localStorage.removeItem("keeper");
    } catch (error) { /* off */ }
  }

  function watchKeeper() {
    var way = performance.getEntriesByType("navigation")[0];
    // Going back shows a page as it was, perhaps made for somebody who has left since.
    if (say.keeper !== undefined && !(way && way.type === "back_forward")) keepFor(say.keeper);
  }

  // --- without a network ---------------------------------------------------------------------------
  function flag(name) {
    try { return localStorage.getItem(name); } catch (error) { return null; }
  }

  function tellKept() {
    all(".kept-line").forEach(function (line) { line.remove(); });
    var main = document.getElementById("content");
    if (!flag("kept") || !main || location.pathname === say.kept) return;
    var line = document.createElement("p");
    var link = document.createElement("a");
    line.className = "kept-line";
    link.href = say.kept;
    link.textContent = say.sayKept.replace("{n}", flag("kept"));
    line.append(link);
    main.prepend(line);
  }

  function sendKept() {
    // Counted anew even when nothing was left to send: it may have gone without this page.
    if (window.queue && flag("kept")) queue.sendAll().then(queue.note).then(tellKept);
  }

  function watchKept() {
    // On the pages with a form also what a service worker has kept: it can set no flag.
    if (!say.kept || !(flag("kept") || flag("held") || document.querySelector("[data-offline]"))) return;
    tellKept();
    if (location.pathname === say.kept) return;
    window.addEventListener("online", sendKept);
    window.addEventListener("kept", tellKept);
    if (window.queue) { sendKept(); return; }
    var script = document.createElement("script");
    script.src = say.queue;
    script.onload = function () { queue.tidy("").then(queue.note).then(sendKept); };
    document.head.append(script);
  }

  function watchOffline() {
    var form = document.querySelector("[data-offline]");
    if (!form) return;
    if (!navigator.serviceWorker) return;
    navigator.serviceWorker.register(say.sw).catch(function () { /* the form works without */ });
    navigator.serviceWorker.ready.then(function (found) {
      found.active.postMessage({ keep: form.dataset.offline.split(" "), language: root.lang });
    });
  }

  // --- how much room is left ---------------------------------------------------------------------
  function watchLength(area) {
    if (!once(area, "counted")) return;
    var most = Number(area.dataset.max);
    var counter = document.createElement("span");
    counter.className = "counter";
    counter.setAttribute("aria-live", "polite");
    area.after(counter);
    function count() {
      var left = most - Array.from(area.value).length;
      counter.classList.toggle("over", left < 0);
      counter.textContent =
        left < 0 ? say.sayOver.replace("{n}", -left)
        : left < most * 0.3 ? say.sayLeft.replace("{n}", left) : "";
    }
    area.addEventListener("input", count);
    area.addEventListener("change", count);
    count();
  }

  // --- copy and print ----------------------------------------------------------------------------
  document.addEventListener("click", function (event) {
    var printer = event.target.closest("[data-print]");
    if (printer) {
      event.preventDefault();
      // A sheet carries a query code only when that very button was pressed.
      document.documentElement.classList.toggle("print-code", printer.dataset.print === "code");
      window.print();
      return;
    }
    var copier = event.target.closest("[data-copy]");
    if (!copier || !navigator.clipboard) return;
    event.preventDefault();
    navigator.clipboard.writeText(copier.dataset.copy).then(function () {
      notice(say.sayCopied, "success-quiet");
    });
  });

  // --- menus shut when one looks elsewhere --------------------------------------------------------
  document.addEventListener("click", function (event) {
    all("details.menu[open], .rail-more details[open]").forEach(function (menu) {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });

  // --- keys: the desk only ------------------------------------------------------------------------
  function typing(target) {
    return target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
  }

  function hint(element) {
    if (!once(element, "hinted")) return;
    element.setAttribute("aria-keyshortcuts", element.dataset.key);
    var key = document.createElement("kbd");
    key.setAttribute("aria-hidden", "true");
    key.textContent = element.dataset.key;
    element.append(key);
  }

  function move(step) {
    var rows = all(".worklist a, [data-rows] > * > a");
    if (!rows.length) return false;
    var at = rows.indexOf(document.activeElement);
    if (at < 0) at = rows.findIndex(function (row) { return row.getAttribute("aria-current"); });
    var next = rows[Math.min(rows.length - 1, Math.max(0, at + step))];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
    return true;
  }

  function help() {
    var open = document.querySelector(".keys");
    if (open) { open.remove(); return; }
    var box = document.createElement("section");
    box.className = "keys";
    box.tabIndex = -1;
    var title = document.createElement("h2");
    title.textContent = say.sayKeys;
    var list = document.createElement("dl");
    list.className = "facts";
    function line(key, words) {
      var term = document.createElement("dt");
      var cap = document.createElement("kbd");
      cap.textContent = key;
      term.append(cap);
      var text = document.createElement("dd");
      text.textContent = words;
      list.append(term, text);
    }
    line("Ctrl K", say.saySearch);
    if (document.querySelector("form[data-once]")) line("Ctrl ↵", say.saySend);
    if (document.querySelector(".worklist, [data-rows]")) {
      line("↑ ↓ j k", say.sayMove);
      line("↵", say.sayOpen);
    }
    all("[data-key]").forEach(function (element) {
      var copy = element.cloneNode(true);
      all("kbd", copy).forEach(function (k) { k.remove(); });
      line(element.dataset.key, copy.textContent.trim());
    });
    line("Esc", say.sayClose);
    box.append(title, list);
    body.append(box);
    box.focus();
  }

  document.addEventListener("keydown", function (event) {
    if (event.isComposing || event.defaultPrevented) return;
    if (event.key === "Escape") {
      all(".keys").forEach(function (box) { box.remove(); });
      all("details.menu[open], .rail-more details[open]").forEach(function (menu) {
        menu.open = false;
        menu.querySelector("summary").focus();
      });
      return;
    }
    if (!desk) return;
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
      var search = document.querySelector("[data-search]");
      if (search) { event.preventDefault(); search.focus(); search.select(); }
      return;
    }
    // From inside a field, so that whoever types while listening never looks for the button.
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
      var form = event.target.closest("form[data-once]");
      var send = form && form.querySelector("button.btn-primary");
      if (send) { event.preventDefault(); send.click(); }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    var down = event.key === "j" || event.key === "ArrowDown";
    var up = event.key === "k" || event.key === "ArrowUp";
    var inRow = event.target.closest(".worklist, [data-rows]");
    if (down || up) {
      // Arrows scroll the page unless one is in the list; j and k always mean the list.
      if ((event.key.length === 1 || inRow || event.target === body) && move(down ? 1 : -1)) event.preventDefault();
      return;
    }
    if (event.key === "?") { event.preventDefault(); help(); return; }
    if (event.key.length !== 1 || event.repeat) return;
    var target = all("[data-key]").find(function (element) {
      return element.dataset.key === event.key && element.offsetParent !== null;
    });
    if (target) { event.preventDefault(); target.focus(); target.click(); }
  });

  // --- parts fetched into the page -----------------------------------------------------------------
  document.addEventListener("htmx:responseError", function (event) {
    var text = event.detail.xhr.responseText || "";
    var found = null;
    if (text.length < 200000) {
      found = new DOMParser().parseFromString(text, "text/html").querySelector("[data-message]");
    }
    notice(found ? found.textContent.trim() : say.sayFailed, "error");
  });
  ["htmx:sendError", "htmx:timeout"].forEach(function (name) {
    document.addEventListener(name, function () { notice(say.sayOffline, "error"); });
  });
  document.addEventListener("htmx:afterRequest", function (event) {
    if (event.target.tagName === "FORM") release(event.target);
  });
  document.addEventListener("htmx:load", function (event) { dress(event.detail.elt); });

  function dress(part) {
    all("[data-print], [data-copy]", part).forEach(function (b) { b.hidden = false; });
    all("textarea[data-max]", part).forEach(watchLength);
    all("form[data-draft]", part).forEach(watchDraft);
    if (desk) all("[data-key]", part).forEach(hint);
    var wrong = part.querySelector("#errors");
    if (wrong) wrong.focus();
  }

  watchKeeper();
  tidyDrafts();
  dress(document);
  watchOffline();
  watchKept();
})();
