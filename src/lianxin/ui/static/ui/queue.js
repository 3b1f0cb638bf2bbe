// What is kept on this device until it has arrived. For pages and for the service worker alike.
// An entry: { key, kind, send, form, owner, fields, parts, code, made_at, state, told, receipt }.
//   state: "draft" (not finished), "waiting" (goes off by itself), "asked" (somebody has to look),
//   "sent" (only the receipt is left). A part: { sha, size, type, original, received }; its bytes
//   lie in a store of their own, so that a list of entries does not load them.
(function (scope) {
  "use strict";
  var TOKEN = "/kept/token/", PART = "/kept/part/", HELD = 2 * 3600 * 1000, PATIENCE = 30000;

  // --- the store --------------------------------------------------------------------------------
  function open() {
    return new Promise(function (done, failed) {
      var asked = indexedDB.open("lianxin", 1);
      asked.onupgradeneeded = function () {
        asked.result.createObjectStore("entries", { keyPath: "key" });
        asked.result.createObjectStore("files", { keyPath: ["key", "sha"] });
      };
      asked.onsuccess = function () { done(asked.result); };
      asked.onerror = function () { failed(asked.error); };
    });
  }

  // Answers after the transaction is complete: what is said to be kept is kept.
  function within(mode, act) {
    return open().then(function (base) {
      return new Promise(function (done, failed) {
        var work = base.transaction(["entries", "files"], mode, { durability: "strict" });
        var answer = act(work.objectStore("entries"), work.objectStore("files"));
        work.oncomplete = function () { base.close(); done(answer && answer.result); };
        work.onabort = work.onerror = function () { base.close(); failed(work.error); };
      });
    });
  }

  function all() {
    return within("readonly", function (entries) { return entries.getAll(); }).then(function (found) {
      return found.sort(function (a, b) { return a.made_at < b.made_at ? 1 : -1; });
    });
  }

  function get(key) { return within("readonly", function (entries) { return entries.get(key); }); }
  function put(entry) { return within("readwrite", function (entries) { entries.put(entry); }).then(note); }
  function filesOf(key) {
    return within("readonly", function (_entries, files) {
      return files.getAll(IDBKeyRange.bound([key], [key, []]));
    });
  }
  function remove(key) {
    return within("readwrite", function (entries, files) {
      entries.delete(key);
      files.delete(IDBKeyRange.bound([key], [key, []]));
    }).then(note);
  }

  function hex(buffer) {
    return Array.from(new Uint8Array(buffer), function (byte) {
      return byte.toString(16).padStart(2, "0");
    }).join("");
  }

  // Bytes, not a Blob: some browsers lose a Blob that is stored.
  function keepFile(key, blob, more) {
    return blob.arrayBuffer().then(function (bytes) {
      return crypto.subtle.digest("SHA-256", bytes).then(function (hash) {
        var file = Object.assign({
          key: key, sha: hex(hash), type: blob.type, size: bytes.byteLength, bytes: bytes, at: Date.now()
        }, more);
        return within("readwrite", function (_entries, files) { files.put(file); }).then(function () {
          mark("held", "1");
          return file;
        });
      });
    });
  }

  function partOf(file) {
    return { sha: file.sha, size: file.size, type: file.type, original: !!file.original, received: false };
  }

  function dropFile(key, sha) {
    return within("readwrite", function (_entries, files) { files.delete([key, sha]); });
  }

  // Files that were chosen for a form which is neither kept nor being written any more.
  function tidy(current) {
    return Promise.all([all(), within("readonly", function (_entries, files) { return files.getAllKeys(); })])
      .then(function (found) {
        var known = new Set(found[0].map(function (entry) { return entry.key; }));
        var stray = found[1].filter(function (name) { return !known.has(name[0]) && name[0] !== current; });
        return within("readwrite", function (_entries, files) {
          stray.forEach(function (name) {
            files.get(name).onsuccess = function (event) {
              var file = event.target.result;
              if (file && Date.now() - file.at > HELD) files.delete(name);
            };
          });
        }).then(function () { if (!found[1].length) mark("held", null); });
      });
  }

  // --- what other pages are told: how many there are, and nothing else ---------------------------
  function mark(name, value) {
    try {
      if (value) scope.localStorage.setItem(name, value);
      else scope.localStorage.removeItem(name);
    } catch (error) { /* a service worker has none; or it is switched off */ }
  }

  function note() {
    return all().then(function (found) {
      var open = found.filter(function (entry) { return entry.state !== "sent"; }).length;
      mark("kept", open ? String(open) : null);
      if (scope.dispatchEvent && scope.document) scope.dispatchEvent(new Event("kept"));
      return open;
    });
  }

  // --- sending ----------------------------------------------------------------------------------
  function Later(why) { this.why = why; }

  function ask(address, options) {
    var stop = new AbortController();
    var clock = setTimeout(function () { stop.abort(); }, address === TOKEN ? PATIENCE : 10 * PATIENCE);
    return fetch(address, Object.assign({
      credentials: "same-origin", redirect: "manual", cache: "no-store", signal: stop.signal
    }, options)).catch(function () { throw new Later("network"); }).finally(function () { clearTimeout(clock); });
  }

  function post(address, body, me) {
    return ask(address, { method: "POST", body: body, headers: { "X-CSRFToken": me.token } }).then(function (answer) {
      if (answer.type === "opaqueredirect") throw new Later("sign-in");
      if (answer.status === 403 || answer.status === 404) throw new Later("sign-in");
      if (answer.status === 408 || answer.status === 429 || answer.status >= 500) throw new Later("busy");
      return answer.json().catch(function () {
        if (answer.status >= 400) return { refused: answer.status };
        throw new Later("busy");
      });
    });
  }

  function solve(challenge, worker) {
    return new Promise(function (done) {
      if (!scope.Worker || !scope.document) return done(null);
      var helper = new Worker(worker);
      var clock = setTimeout(function () { helper.terminate(); done(""); }, PATIENCE);
      helper.onmessage = function (event) { clearTimeout(clock); helper.terminate(); done(event.data); };
      helper.onerror = function () { clearTimeout(clock); done(""); };
      helper.postMessage(JSON.parse(challenge));
    });
  }

  function bodyOf(entry, work) {
    var body = new FormData();
    entry.fields.forEach(function (pair) { body.append(pair[0], pair[1]); });
    ["key", "code", "made_at", "owner"].forEach(function (name) { body.set(name, entry[name] || ""); });
    entry.parts.forEach(function (part) { body.append("part", part.sha); });
    if (work !== undefined) body.set("work", work);
    return body;
  }

  // One file; its receipt is the hash of what arrived.
  function sendPart(entry, sha, me) {
    return within("readonly", function (_entries, files) { return files.get([entry.key, sha]); }).then(function (file) {
      if (!file) return { problems: { attachments: [""] } };
      var body = new FormData();
      body.append("attachments", new Blob([file.bytes], { type: file.type }), "file");
      body.append("key", entry.key);
      body.append("digest", sha);
      if (file.original) body.append("keep_original", "on");
      return post(PART, body, me);
    }).then(function (answer) {
      if (answer.cut) throw new Later("network");
      if (answer.received === sha) {
        entry.parts.forEach(function (part) { if (part.sha === sha) part.received = true; });
        return put(entry).then(function () { return null; });
      }
      return answer;
    });
  }

  function sendOne(entry, me, work, rounds) {
    return post(entry.send, bodyOf(entry, work), me).then(function (answer) {
      if (answer.filed) {
        entry.receipt = answer.filed;
        entry.changed = !!(entry.code && answer.filed.code && answer.filed.code.replace(/ /g, "") !== entry.code);
        entry.state = "sent";
        entry.told = null;
        // What was said is at its place now; on the device only the receipt is left.
        entry.fields = [];
        return within("readwrite", function (entries, files) {
          entries.put(entry);
          files.delete(IDBKeyRange.bound([entry.key], [entry.key, []]));
        }).then(note);
      }
      if (answer.missing) {
        if (!rounds) throw new Later("busy");
        entry.parts.forEach(function (part) { part.received = answer.missing.indexOf(part.sha) < 0; });
        return answer.missing.reduce(function (before, sha) {
          return before.then(function (fault) { return fault || sendPart(entry, sha, me); });
        }, put(entry).then(function () { return null; })).then(function (fault) {
          if (fault) return leave(entry, fault);
          return sendOne(entry, me, work, rounds - 1);
        });
      }
      if (answer.work) {
        return solve(answer.work, me.worker).then(function (found) {
          if (found === null) throw new Later("busy");
          return sendOne(entry, me, found, rounds - 1);
        });
      }
      return leave(entry, answer);
    });
  }

  // It was read and not taken: the device keeps it, and somebody has to look; or its owner sends it.
  function leave(entry, answer) {
    entry.state = answer.owner ? "waiting" : "asked";
    entry.told = answer;
    return put(entry);
  }

  function sendAll(over) {
    function run() {
      return all().then(function (found) {
        var waiting = found.filter(function (entry) { return entry.state === "waiting"; }).reverse();
        if (!waiting.length) return null;
        return ask(TOKEN).then(function (answer) {
          if (!answer.ok) throw new Later("busy");
          return answer.json();
        }).then(function (me) {
          return waiting.reduce(function (before, entry) {
            return before.then(function () {
              var theirs = entry.kind !== "report" && entry.owner !== me.owner && entry.key !== over;
              if (theirs || (entry.kind !== "report" && !me.owner)) return null;
              return sendOne(entry, me, undefined, 3).catch(function (error) {
                if (error instanceof Later && error.why === "network") throw error;
                // What is wrong with one is no reason for the others to wait.
                return null;
              });
            });
          }, Promise.resolve());
        });
      }).catch(function (error) { if (!(error instanceof Later)) throw error; });
    }
    if (!scope.navigator.locks) return run();
    return scope.navigator.locks.request("queue", run);
  }

  // Not crypto.randomUUID: browsers of 2021 do not have it.
  function newKey() {
    var bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = bytes[6] & 15 | 64;
    bytes[8] = bytes[8] & 63 | 128;
    return hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }

  function newCode() {
    // Twenty digits, each drawn fairly: 250 and above would favour the small ones.
    var digits = "";
    while (digits.length < 20) {
      var byte = crypto.getRandomValues(new Uint8Array(1))[0];
      if (byte < 250) digits += byte % 10;
    }
    return digits;
  }

  scope.queue = {
    all: all, get: get, put: put, remove: remove, filesOf: filesOf, keepFile: keepFile, partOf: partOf,
    dropFile: dropFile, tidy: tidy, note: note, sendAll: sendAll, newCode: newCode, newKey: newKey, mark: mark
  };
})(self);
