// The form that needs no network: what is written and chosen goes to the queue of this device.
(function () {
  "use strict";
  var form = document.querySelector("form[data-keep]"), queue = window.queue;
  if (!form || !queue || !window.indexedDB || !window.crypto || !crypto.subtle) return;
  var say = form.dataset, box = form.querySelector("[data-parts]"), list = box.querySelector(".thumbs");
  var status = box.querySelector("[data-file-status]"), input = box.querySelector("input[type=file]");
  var told = document.querySelector("[data-told]"), extra = [];

  function keeper() {
    try { return localStorage.getItem("keeper") || ""; } catch (error) { return ""; }
  }

  var entry = {
    key: queue.newKey(), kind: say.kind, send: say.send, form: say.form,
    owner: say.kind === "report" ? "" : keeper(), fields: [], parts: [], code: "", made_at: new Date().toISOString(),
    state: "draft", told: null, receipt: null
  };
  // Shown in place of /report/: what stood in its address goes along.
  var asked = new URLSearchParams(location.search);
  if (asked.get("box")) extra.push(["box", asked.get("box")]);
  if (asked.get("about") === "official") form.elements.about_official.checked = true;
  var nobody = document.querySelector("[data-nobody]");
  if (nobody) nobody.hidden = !!entry.owner;

  // What the service worker has kept, no page was told of.
  queue.note();

  function controls() {
    return Array.from(form.elements).filter(function (e) {
      return e.name && e.type !== "file" && e.name !== "keep_original";
    });
  }

  function gather() {
    entry.fields = controls().filter(function (e) {
      return (e.type !== "checkbox" && e.type !== "radio") || e.checked;
    }).map(function (e) { return [e.name, e.value]; }).concat(extra);
  }

  function fill() {
    var left = entry.fields.slice();
    controls().forEach(function (e) {
      var at = left.findIndex(function (pair) {
        return pair[0] === e.name && ((e.type !== "checkbox" && e.type !== "radio") || pair[1] === e.value);
      });
      var choice = e.type === "checkbox" || e.type === "radio";
      if (choice) e.checked = at >= 0;
      else e.value = at < 0 ? "" : left[at][1];
      if (at >= 0) left.splice(at, 1);
      e.dispatchEvent(new Event("change", { bubbles: true }));
    });
    // Written for somebody else with a network that went away: it can still be made one's own matter.
    if (other) other.closest("[data-for-other]").hidden = !other.checked;
    // What this form does not ask stays with the entry, for example which poster was scanned.
    extra = left;
  }

  // One's own after all: not with the name and number of somebody else, nor with who wrote for them.
  var other = form.elements.for_other;
  if (other) other.addEventListener("click", function () {
    if (other.checked) return;
    ["name", "phone", "email", "address"].forEach(function (name) { form.elements[name].value = ""; });
    extra = extra.filter(function (pair) {
      return ["relation", "proxy_name", "proxy_phone", "kept"].indexOf(pair[0]) < 0;
    });
  });

  function tell(words, problems) {
    told.hidden = false;
    told.querySelector("[data-told-words]").textContent = words;
    told.querySelector("ul").replaceChildren.apply(told.querySelector("ul"), problems.map(function (text) {
      var line = document.createElement("li");
      line.textContent = text;
      return line;
    }));
    told.scrollIntoView({ block: "center" });
  }

  function save() {
    gather();
    return queue.put(entry);
  }

  // --- files ------------------------------------------------------------------------------------
  // `file` without bytes: the device has lost it, and nothing is left to send.
  function show(file) {
    var there = list.querySelector('[data-sha="' + file.sha + '"]');
    if (there) there.remove();
    var item = document.createElement("li"), label = document.createElement("span"), button = document.createElement("button");
    label.className = "thumb-label";
    label.textContent = (file.type || "?") + " · " + Math.ceil(file.size / 1024) + " kB";
    item.dataset.sha = file.sha;
    if (!file.bytes && !file.received) {
      item.className = "lost";
      label.textContent += " — " + box.dataset.sayLost;
    }
    button.type = "button";
    button.className = "btn";
    button.textContent = box.dataset.sayRemove;
    button.addEventListener("click", function () {
      entry.parts = entry.parts.filter(function (part) { return part.sha !== file.sha; });
      save().then(function () { return queue.dropFile(entry.key, file.sha); }).then(function () { item.remove(); room(); });
    });
    if (file.bytes && /^image\//.test(file.type)) {
      var picture = document.createElement("img");
      picture.src = URL.createObjectURL(new Blob([file.bytes], { type: file.type }));
      picture.alt = "";
      item.append(picture);
    }
    item.append(label, button);
    list.append(item);
    room();
  }

  function room() {
    box.querySelector(".file-new").hidden = entry.parts.length >= Number(box.dataset.most);
  }

  input.addEventListener("change", function () {
    var original = !!(form.elements.keep_original && form.elements.keep_original.checked);
    status.textContent = box.dataset.sayBusy;
    Array.from(input.files).reduce(function (before, file) {
      return before.then(function () {
        if (entry.parts.length >= Number(box.dataset.most)) return null;
        return (original ? Promise.resolve(file) : window.smaller(file)).then(function (small) {
          return queue.keepFile(entry.key, small, { original: original });
        }).then(function (kept) {
          var known = entry.parts.some(function (part) { return part.sha === kept.sha; });
          if (!known) entry.parts.push(queue.partOf(kept));
          show(kept);
          return save();
        });
      });
    }, Promise.resolve()).then(function () { status.textContent = ""; }, function () {
      status.textContent = box.dataset.sayFull;
    }).then(function () { input.value = ""; });
  });

  // --- keeping ----------------------------------------------------------------------------------
  function fault() {
    if (form.elements.words.value.trim().length < 2) return [form.elements.words, say.sayWords];
    var identity = form.elements.identity;
    if (identity && !identity.value) return [identity[0], say.sayIdentity];
    return null;
  }

  form.addEventListener("submit", function (event) {
    event.preventDefault();
    var wrong = fault();
    if (wrong) {
      tell(wrong[1], []);
      wrong[0].focus();
      return;
    }
    gather();
    entry.state = "waiting";
    entry.told = null;
    if (!entry.code && !entry.tried && entry.kind !== "found") entry.code = queue.newCode();
    queue.put(entry).then(function () {
      if (navigator.storage && navigator.storage.persist) navigator.storage.persist();
      form.reset();
      if (!navigator.serviceWorker) return null;
      return Promise.race([navigator.serviceWorker.ready, new Promise(function (done) { setTimeout(done, 500); })]).then(function (worker) {
        return worker && worker.sync ? worker.sync.register("kept").catch(function () {}) : null;
      });
    }).then(function () { location.assign(say.kept + "#" + entry.key); }, function () { tell(say.sayFull, []); });
  });

  var key = location.hash.slice(1);
  if (key) queue.get(key).then(function (found) {
    if (!found || found.state === "sent" || (found.kind !== "report" && found.owner && found.owner !== keeper())) return;
    entry = found;
    fill();
    queue.filesOf(key).then(function (files) {
      entry.parts.forEach(function (part) {
        show(files.find(function (file) { return file.sha === part.sha; }) || part);
      });
    });
    var problems = (found.told && found.told.problems) || {};
    var texts = Object.keys(problems).reduce(function (all, name) { return all.concat(problems[name]); }, []).filter(Boolean);
    if (texts.length) tell("", texts);
    else if (found.tried && found.state === "draft") tell(say.sayFailed, []);
  });
  queue.tidy(entry.key);
})();
