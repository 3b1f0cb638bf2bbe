// The list of what is kept on this device: send, open, save as a file, delete.
(function () {
  "use strict";
  var list = document.querySelector("[data-kept-list]"), queue = window.queue;
  if (!list || !queue) return;
  var say = list.dataset, kinds = JSON.parse(say.kinds), me = null, answered = false;
  var status = document.querySelector("[data-kept-status]"), busy = false, shown = "";

  function keeper(value) {
    try {
      if (value) localStorage.setItem("keeper", value);
      else if (value === "") localStorage.removeItem("keeper");
      return localStorage.getItem("keeper") || "";
    } catch (error) { return ""; }
  }

  function valueOf(entry, name) {
    var found = entry.fields.find(function (pair) { return pair[0] === name; });
    return found ? found[1] : "";
  }

  function add(parent, tag, text, name) {
    var element = document.createElement(tag);
    if (text !== undefined) element.textContent = text;
    if (name) element.className = name;
    parent.append(element);
    return element;
  }

  function grouped(code) { return code.replace(/ /g, "").replace(/(\d{4})(?=\d)/g, "$1 "); }
  function moment(text) { return new Date(text).toLocaleString(document.documentElement.lang, { dateStyle: "long", timeStyle: "short" }); }
  function isMine(entry) { return entry.kind === "report" || (!!entry.owner && entry.owner === keeper()); }

  function button(row, text, act, main) {
    var made = add(row, "button", text, main ? "btn btn-primary" : "btn");
    made.type = "button";
    made.addEventListener("click", act);
  }

  function linesOf(entry) {
    var told = entry.told || {}, problems = told.problems || {};
    var lines = Object.keys(problems).reduce(function (all, name) { return all.concat(problems[name]); }, []);
    return lines.map(function (text) { return text || say.sayLostFile; }).concat(told.message || told.owner || []);
  }

  function draw(entry) {
    var box = document.createElement("section"), mine = isMine(entry), sent = entry.state === "sent";
    box.className = "kept-entry";
    box.id = entry.key;
    box.setAttribute("role", "listitem");
    var words = mine ? valueOf(entry, "words").slice(0, 80) : "";
    add(box, "h2", kinds[entry.kind] + (words ? ": " + words : ""));
    var about = say.sayMade.replace("{when}", moment(entry.made_at));
    if (entry.parts.length && !sent) {
      var there = entry.parts.filter(function (part) { return part.received; }).length;
      about += " · " + say.sayFiles.replace("{n}", entry.parts.length).replace("{m}", there);
    }
    add(box, "p", about, "quiet");
    var row;
    // The network is there and nobody is signed in: it waits for a person, not for the network.
    var signedOut = entry.kind !== "report" && answered && !me && entry.state === "waiting";
    if (!mine || signedOut) {
      add(box, "p", sent ? say.saySentStaff : say.sayOthers);
      linesOf(entry).forEach(function (text) { add(box, "p", text, "field-error"); });
      row = add(box, "div", "", "form-end");
      if (sent) { if (me) removable(row, entry, sent); } else if (me) {
        button(row, say.sayHandOver, function () { again(entry, entry.key); });
      } else {
        add(row, "a", say.saySignIn, "btn btn-primary").href = say.signIn;
      }
      return box;
    }
    if (sent) receipt(box, entry);
    else {
      add(box, "p", entry.state === "draft" ? say.sayDraft : entry.state === "asked" && !(entry.told || {}).different ? say.sayAsked : say.sayWaiting);
      var problems = linesOf(entry);
      if (problems.length) problems.forEach(function (text) { add(box, "p", text, "field-error"); });
      if (entry.code && entry.state !== "draft") code(box, entry.code, say.sayCodeEarly);
    }
    row = add(box, "div", "", "form-end");
    // First what is next: to change what cannot be taken, to finish a draft, else to send it.
    var open = entry.form && entry.state !== "waiting" && !(entry.told || {}).different;
    function opener() {
      if (!sent && entry.form) add(row, "a", say.sayOpen, open ? "btn btn-primary" : "btn").href = entry.form + "#" + entry.key;
    }
    if (open) opener();
    if (!sent && entry.state !== "draft") {
      if ((entry.told || {}).different) button(row, say.sayDifferent, function () { another(entry); }, true);
      else button(row, say.saySend, function () { again(entry); }, !open);
    }
    if (!open) opener();
    if (!sent) button(row, say.sayDownload, function () { download(entry); });
    removable(row, entry, sent);
    return box;
  }

  function code(box, digits, note) {
    var line = add(box, "p", say.sayCode, "slip-label");
    add(line, "b", grouped(digits), "number-big number");
    add(box, "p", note, "quiet small");
  }

  function receipt(box, entry) {
    add(box, "p", entry.kind === "report" ? say.saySent : say.saySentStaff);
    if (entry.receipt.earlier) {
      var line = add(box, "p", entry.receipt.earlier + " ");
      if (entry.kind === "report") add(line, "a", say.sayTrack).href = say.track;
    }
    add(add(box, "p", say.sayNumber, "slip-label"), "b", entry.receipt.number, "number-big number");
    var digits = entry.receipt.code || (entry.changed === false && entry.code) || "";
    if (digits) code(box, digits, entry.changed ? say.sayChanged : "");
    else if (entry.kind !== "found") add(box, "p", say.sayCodeGone, "quiet small");
    if (entry.receipt.proof) add(box, "p", say.sayProof + ": " + entry.receipt.proof, "quiet small");
  }

  function removable(row, entry, sent) {
    button(row, say.sayDelete, function () {
      if (confirm(sent ? say.sayReallySent : say.sayReally)) queue.remove(entry.key).then(show);
    });
  }

  function again(entry, over) {
    entry.state = "waiting";
    entry.told = null;
    queue.put(entry).then(function () { return send(over); });
  }

  // What is there stays as it is; this becomes a matter of its own.
  function another(entry) {
    var old = entry.key;
    queue.filesOf(old).then(function (files) {
      entry.key = queue.newKey();
      entry.code = entry.kind === "found" ? "" : queue.newCode();
      entry.tried = false;
      entry.state = "waiting";
      entry.told = null;
      entry.parts.forEach(function (part) { part.received = false; });
      return files.reduce(function (before, file) {
        return before.then(function () {
          return queue.keepFile(entry.key, new Blob([file.bytes], { type: file.type }), { original: file.original });
        });
      }, Promise.resolve());
    }).then(function () { return queue.put(entry); }).then(function () { return queue.remove(old); }).then(function () { return send(); });
  }

  // What was said as the form asks it: [label, words or choice]. What the form does not ask is left
  // to the part for machines.
  function saidIn(entry) {
    var asked = JSON.parse(say.asked)[entry.kind] || {}, areas = JSON.parse(say.areas);
    return entry.fields.map(function (pair) {
      var field = asked[pair[0]], value = pair[1];
      if (!field || !field[0] || !value) return null;
      var named = pair[0] === "area" ? areas[value] : field[1][value];
      return [field[0], named || (value === "on" ? say.sayYes : value)];
    }).filter(Boolean);
  }

  // --- one file that opens anywhere: the words, the pictures, and all of it for a machine ------------
  function download(entry) {
    queue.filesOf(entry.key).then(function (files) {
      var page = document.implementation.createHTMLDocument(kinds[entry.kind]);
      page.head.insertAdjacentHTML("afterbegin", '<meta charset="utf-8">');
      page.documentElement.lang = document.documentElement.lang;
      add(page.body, "h1", kinds[entry.kind]);
      add(page.body, "p", say.sayCopy);
      add(page.body, "p", say.sayMade.replace("{when}", moment(entry.made_at)));
      var said = add(page.body, "dl");
      saidIn(entry).concat(entry.code ? [[say.sayCode, grouped(entry.code)]] : []).forEach(function (pair) {
        add(add(said, "dt"), "b", pair[0]);
        // As it was typed, line by line.
        var place = add(said, "dd");
        pair[1].split("\n").forEach(function (line) { add(place, "div", line); });
      });
      return Promise.all(files.map(function (file) {
        return new Promise(function (done) {
          var reader = new FileReader();
          reader.onload = function () { done([file, reader.result]); };
          reader.readAsDataURL(new Blob([file.bytes], { type: file.type }));
        });
      })).then(function (read) {
        read.forEach(function (one) {
          if (/^image\//.test(one[0].type)) {
            var picture = add(page.body, "img");
            picture.src = one[1];
            picture.width = 480;
          }
          else {
            var link = add(page.body, "a", one[0].type || "file");
            link.href = one[1];
            link.download = one[0].sha.slice(0, 8);
          }
        });
        var data = add(page.body, "script", JSON.stringify(entry).replace(/</g, "\\u003c"));
        data.type = "application/json";
        var address = URL.createObjectURL(new Blob(["<!doctype html>" + page.documentElement.outerHTML], { type: "text/html" }));
        var link = document.createElement("a");
        link.href = address;
        link.download = "lianxin-" + entry.key.slice(0, 8) + ".html";
        link.click();
        setTimeout(function () { URL.revokeObjectURL(address); }, 60000);
      });
    });
  }

  // --- the page -----------------------------------------------------------------------------------
  function show() {
    return queue.all().then(function (found) {
      // Drawn anew only when something has changed: whoever reads or tabs through it is not thrown out.
      var now = JSON.stringify([found, me, answered, keeper()]);
      if (now === shown) return found;
      shown = now;
      list.replaceChildren.apply(list, found.map(draw));
      document.querySelector("[data-empty]").hidden = !!found.length;
      document.querySelector("[data-open-warning]").hidden = !found.some(function (entry) { return entry.state !== "sent"; });
      return found;
    });
  }

  function send(over) {
    if (busy) return Promise.resolve();
    busy = true;
    return fetch(say.token, { cache: "no-store" }).then(function (answer) { return answer.json(); }).then(function (told) {
      me = told.owner || null;
      answered = true;
      keeper(told.owner);
    }).catch(function () { me = null; answered = false; }).then(function () { return queue.sendAll(over); }).then(show).then(function (found) {
      var waits = found.some(function (entry) {
        return entry.state === "waiting" && isMine(entry) && (entry.kind === "report" || !answered || me);
      });
      status.textContent = waits ? say.sayStill : "";
    }).finally(function () { busy = false; });
  }

  if (location.pathname.indexOf("/kept/") !== 0) document.querySelector("[data-no-network]").hidden = false;
  window.addEventListener("online", function () { send(); });
  setInterval(function () { if (!document.hidden) send(); }, 30000);
  queue.note().then(show).then(function () { return send(); }).then(function () {
    var here = document.getElementById(location.hash.slice(1));
    if (here) here.scrollIntoView({ block: "start" });
  });
})();
