// Finds the number that solves a challenge (ALTCHA, PBKDF2/SHA-256), away from the page.
"use strict";

function bytes(hex) {
  var out = new Uint8Array(hex.length / 2);
  for (var i = 0; i < out.length; i += 1) out[i] = parseInt(hex.substr(i * 2, 2), 16);
  return out;
}

function hex(buffer) {
  return Array.prototype.map.call(new Uint8Array(buffer), function (byte) {
    return ("0" + byte.toString(16)).slice(-2);
  }).join("");
}

function attempt(p, counter) {
  var nonce = bytes(p.nonce);
  var password = new Uint8Array(nonce.length + 4);
  password.set(nonce);
  new DataView(password.buffer).setUint32(nonce.length, counter);
  return crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]).then(function (key) {
    var how = { name: "PBKDF2", hash: "SHA-256", salt: bytes(p.salt), iterations: p.cost };
    return crypto.subtle.deriveBits(how, key, p.keyLength * 8);
  }).then(hex);
}

async function solve(challenge) {
  var p = challenge.parameters;
  if (p.algorithm !== "PBKDF2/SHA-256") throw new Error("another algorithm");
  for (var counter = 0; counter < 100000; counter += 1) {
    var key = await attempt(p, counter);
    if (key.indexOf(p.keyPrefix) === 0) {
      return btoa(JSON.stringify({
        challenge: challenge, solution: { counter: counter, derivedKey: key }
      }));
    }
  }
  throw new Error("not found");
}

self.onmessage = function (event) {
  solve(event.data).then(
    function (payload) { self.postMessage(payload); },
    function () { self.postMessage(""); }
  );
};
