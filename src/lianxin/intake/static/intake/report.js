// Comforts of the report form: files go off while one writes, a pin by the phone's own position.
(function () {
  "use strict";
  var EDGE = 2000;

  function ready(run) {
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", run);
    else run();
  }

  // --- what was sent is not shown again to the next pair of eyes --------------------------------
  function keepKey(value) {
    try {
      if (value === undefined) return sessionStorage.getItem("reported");
      sessionStorage.setItem("reported", value);
    } catch (error) { /* storage is switched off */ }
    return null;
  }

  function leaveIfSent() {
    var form = document.querySelector("form[data-report]");
    if (form && keepKey() === form.dataset.report) {
      document.documentElement.hidden = true;
      location.replace(form.getAttribute("action"));
    }
  }

  function watchSending() {
    var form = document.querySelector("form[data-report]");
    if (!form) return;
    form.addEventListener("submit", function () {
      try { sessionStorage.setItem("reporting", form.dataset.report); } catch (error) { /* off */ }
    });
  }

  function noteArrival() {
    if (!document.querySelector("[data-arrived]")) return;
    try {
      var key = sessionStorage.getItem("reporting") || "";
      keepKey(key);
      if (window.queue && key) queue.get(key).then(function (kept) { return kept ? null : queue.remove(key); });
    } catch (error) { /* off */ }
  }

  // --- photos and files -------------------------------------------------------------------------
  function smaller(file) {
    // A phone's picture is ten times what we keep: shrinking here spares a slow connection.
    if (!window.createImageBitmap || !/^image\//.test(file.type) || file.size < 700000) return Promise.resolve(file);
    return createImageBitmap(file, { imageOrientation: "from-image" }).then(function (picture) {
      var scale = Math.min(1, EDGE / Math.max(picture.width, picture.height));
      var sheet = document.createElement("canvas");
      sheet.width = Math.round(picture.width * scale);
      sheet.height = Math.round(picture.height * scale);
      sheet.getContext("2d").drawImage(picture, 0, 0, sheet.width, sheet.height);
      return new Promise(function (done) {
        sheet.toBlob(function (blob) { done(blob || file); }, "image/jpeg", 0.85);
      });
    }).catch(function () { return file; });
  }

  window.smaller = smaller;

  // A file that arrived waits over there for a day; should the form not get through, it is here.
  function hold(input, file, kept) {
    if (!window.queue || !window.crypto || !crypto.subtle) return kept;
    var more = { name: kept.name, original: kept.sealed };
    return queue.keepFile(input.form.dataset.report, file, more).then(function () { return kept; }, function () { return kept; });
  }

  function placeOf(file) {
    // Where a photo says it was taken: read here, because what was made smaller says it no more.
    return file.slice(0, 131072).arrayBuffer().then(function (buffer) {
      var view = new DataView(buffer), at = 2;
      while (view.getUint16(at) !== 0xFFE1 || view.getUint32(at + 4) !== 0x45786966) at += 2 + view.getUint16(at + 2);
      var start = at + 10, little = view.getUint16(start) === 0x4949;
      function short(o) { return view.getUint16(start + o, little); }
      function long(o) { return view.getUint32(start + o, little); }
      function entry(folder, tag) {
        for (var n = 0; n < short(folder); n += 1) {
          if (short(folder + 2 + n * 12) === tag) return folder + 2 + n * 12;
        }
        throw new Error("not noted");
      }
      function degrees(gps, tag, negative) {
        var o = long(entry(gps, tag + 1) + 8);
        var value = [1, 60, 3600].reduce(function (sum, part, n) {
          return sum + long(o + n * 8) / (long(o + n * 8 + 4) || 1) / part;
        }, 0);
        return view.getUint8(start + entry(gps, tag) + 8) === negative.charCodeAt(0) ? -value : value;
      }
      var gps = long(entry(long(4), 0x8825) + 8);
      var lat = degrees(gps, 1, "S"), lng = degrees(gps, 3, "W");
      return (lat || lng) && Math.abs(lat) <= 90 && Math.abs(lng) <= 180 ? lat.toFixed(6) + "," + lng.toFixed(6) : "";
    }).catch(function () { return ""; });
  }

  function hidden(name, value) {
    var input = document.createElement("input");
    input.type = "hidden";
    input.name = name;
    input.value = value;
    return input;
  }

  function watchFiles(box) {
    var input = box.querySelector("input[type=file]");
    var keep = box.querySelector("input[name=keep_original]");
    var list = box.querySelector(".thumbs");
    var status = box.querySelector("[data-file-status]");
    var room = box.querySelector(".file-new");
    var token = input.form.querySelector("input[name=csrfmiddlewaretoken]").value;
    var most = Number(box.dataset.most);
    var say = box.dataset;
    box.querySelector("[data-plain]").hidden = true;
    box.querySelector("[data-file-button]").hidden = false;
    input.classList.add("visually-hidden");

    function count() {
      list.querySelectorAll("li").forEach(function (item, index) {
        var picture = item.querySelector("img");
        if (picture) picture.alt = say.sayPhoto.replace("{n}", index + 1);
        item.querySelector("button").setAttribute(
          "aria-label", say.sayRemove + " " + item.querySelector(".thumb-label").textContent);
      });
      room.hidden = list.children.length >= most;
    }

    function show(kept) {
      var item = document.createElement("li");
      var label = document.createElement("span");
      label.className = "thumb-label";
      label.textContent = kept.label + (kept.sealed ? " · " + say.saySealed : "");
      var button = document.createElement("button");
      button.type = "button";
      button.className = "btn";
      button.textContent = say.sayRemove;
      if (kept.kind === "photo") {
        var picture = document.createElement("img");
        picture.src = kept.url;
        item.append(picture);
      } else {
        item.append(box.querySelector("[data-thumb=" + kept.kind + "]").content.cloneNode(true));
      }
      item.append(label, hidden("attachment", kept.name), button);
      if (kept.place) item.append(hidden("seen_at", kept.place));
      list.append(item);
      count();
    }

    function send(file) {
      return (keep.checked ? Promise.resolve(file) : smaller(file)).then(function (small) {
        var body = new FormData();
        body.append("attachments", small, "file");
        if (keep.checked) body.append("keep_original", "on");
        return fetch(box.dataset.files, {
          method: "POST", body: body, headers: { "X-CSRFToken": token }, credentials: "same-origin"
        }).then(function (answer) {
          return answer.json();
        }).then(function (kept) {
          return kept.problem ? kept : hold(input, small, kept);
        }).then(function (kept) {
          if (small === file || kept.problem) return kept;
          return placeOf(file).then(function (place) { kept.place = place; return kept; });
        });
      });
    }

    list.addEventListener("click", function (event) {
      var button = event.target.closest("button");
      if (!button) return;
      event.preventDefault();
      button.closest("li").remove();
      count();
      input.focus();
    });

    input.addEventListener("change", function () {
      var files = Array.from(input.files);
      if (!files.length) return;
      status.textContent = say.sayBusy;
      input.disabled = true;
      var work = Promise.resolve();
      var wrong = "";
      files.forEach(function (file) {
        work = work.then(function () {
          return list.children.length >= most ? null : send(file);
        }).then(function (kept) {
          if (!kept) return;
          if (kept.problem) wrong = kept.problem;
          else show(kept);
        });
      });
      work.catch(function () { wrong = say.sayFailed; }).then(function () {
        input.value = "";
        input.disabled = false;
        status.textContent = wrong;
      });
    });
    count();
  }

  // A sheet that was photographed: a tenth of the bytes is read as well.
  function watchSheet(input) {
    input.addEventListener("change", function () {
      var file = input.files[0];
      if (!file || !window.DataTransfer) return;
      smaller(file).then(function (small) {
        if (small === file || input.files[0] !== file) return;
        var bag = new DataTransfer();
        bag.items.add(new File([small], "sheet.jpg", { type: small.type }));
        input.files = bag.files;
      });
    });
  }

  // --- the pin ----------------------------------------------------------------------------------
  function load(box) {
    if (window.L) return Promise.resolve();
    function part(tag, values) {
      return new Promise(function (done, failed) {
        var element = Object.assign(document.createElement(tag), values);
        element.onload = done;
        element.onerror = failed;
        document.head.append(element);
      });
    }
    return Promise.all([
      part("link", { rel: "stylesheet", href: box.dataset.style }),
      part("script", { src: box.dataset.script })
    ]);
  }

  function watchPin(box) {
    var latitude = document.getElementById("id_latitude");
    var longitude = document.getElementById("id_longitude");
    var status = box.querySelector("[data-pin-status]");
    var clear = box.querySelector("[data-pin-clear]");
    var place = box.querySelector("[data-pin-map]");
    var say = box.dataset;
    var map, pin, circle;

    function draw(lat, lng, about) {
      if (!say.script) return;
      load(box).then(function () {
        place.hidden = false;
        if (!map) {
          map = L.map(place, { attributionControl: false, zoomControl: true }).setView([lat, lng], 17);
          L.control.scale({ imperial: false }).addTo(map);
          var icon = L.icon({
            iconUrl: say.icon, shadowUrl: say.shadow,
            iconSize: [25, 41], iconAnchor: [12, 41], shadowSize: [41, 41]
          });
          pin = L.marker([lat, lng], { icon: icon, draggable: true, keyboard: false, alt: "" }).addTo(map);
          pin.on("dragend", function () { put(pin.getLatLng().lat, pin.getLatLng().lng); });
          map.on("click", function (event) { put(event.latlng.lat, event.latlng.lng); });
        }
        pin.setLatLng([lat, lng]);
        map.invalidateSize();
        if (about) {
          if (circle) circle.remove();
          circle = L.circle([lat, lng], { radius: about, weight: 1 }).addTo(map);
          map.setView([lat, lng], 17);
        }
      });
    }

    function put(lat, lng, about) {
      latitude.value = lat.toFixed(6);
      longitude.value = lng.toFixed(6);
      [latitude, longitude].forEach(function (e) { e.dispatchEvent(new Event("input", { bubbles: true })); });
      tell(about);
      draw(lat, lng, about);
    }

    function tell(about) {
      var set = latitude.value && longitude.value;
      clear.hidden = !set;
      status.textContent = set
        ? say.sayHere.replace("{lat}", latitude.value).replace("{lng}", longitude.value) +
          (about ? " " + say.sayNear.replace("{n}", Math.round(about)) : "")
        : "";
      if (!set) place.hidden = true;
    }

    box.querySelector("[data-pin-here]").addEventListener("click", function () {
      status.textContent = say.sayLooking;
      navigator.geolocation.getCurrentPosition(function (found) {
        put(found.coords.latitude, found.coords.longitude, found.coords.accuracy || 1);
      }, function () {
        status.textContent = say.sayDenied;
      }, { enableHighAccuracy: true, timeout: 15000 });
    });
    var offer = document.querySelector("[name=use_place]");
    if (offer) offer.addEventListener("click", function (event) {
      // Here and now: sent and come back, the page would be filled in from before.
      event.preventDefault();
      var place = offer.value.split(",");
      put(Number(place[0]), Number(place[1]));
      offer.closest(".seen-at").hidden = true;
      status.scrollIntoView({ block: "center" });
    });
    clear.addEventListener("click", function () {
      latitude.value = longitude.value = "";
      latitude.dispatchEvent(new Event("input", { bubbles: true }));
      tell();
    });
    box.querySelector("[data-pin-tools]").hidden = !navigator.geolocation;
    if (Number(latitude.value) && Number(longitude.value)) {
      tell();
      draw(Number(latitude.value), Number(longitude.value));
    }
  }

  window.addEventListener("pageshow", function () { leaveIfSent(); });
  ready(function () {
    noteArrival();
    watchSending();
    document.querySelectorAll("[data-files]").forEach(watchFiles);
    document.querySelectorAll("[data-pin]").forEach(watchPin);
    document.querySelectorAll("[data-sheet] input[type=file]").forEach(watchSheet);
    var form = document.querySelector("form[data-report]");
    if (form && window.queue) queue.tidy(form.dataset.report);
  });
})();
