// Comforts of the report form: photos go off while one writes, a pin by the phone's own position.
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
    try { keepKey(sessionStorage.getItem("reporting") || ""); } catch (error) { /* off */ }
  }

  // --- photos -----------------------------------------------------------------------------------
  function smaller(file) {
    // A phone's picture is ten times what we keep: shrinking here spares a slow connection.
    if (!window.createImageBitmap || file.size < 700000) return Promise.resolve(file);
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

  function watchPhotos(box) {
    var input = box.querySelector("input[type=file]");
    var list = box.querySelector(".thumbs");
    var status = box.querySelector("[data-photo-status]");
    var room = box.querySelector(".photo-new");
    var token = input.form.querySelector("input[name=csrfmiddlewaretoken]").value;
    var most = Number(box.dataset.most);
    var say = box.dataset;
    box.querySelector("[data-plain]").hidden = true;
    box.querySelector("[data-photo-button]").hidden = false;
    input.classList.add("visually-hidden");

    function count() {
      list.querySelectorAll("li").forEach(function (item, index) {
        var name = say.sayPhoto.replace("{n}", index + 1);
        item.querySelector("img").alt = name;
        item.querySelector("button").setAttribute("aria-label", say.sayRemove + " " + name);
      });
      room.hidden = list.children.length >= most;
    }

    function show(kept) {
      var item = document.createElement("li");
      var picture = document.createElement("img");
      picture.src = kept.url;
      var name = document.createElement("input");
      name.type = "hidden";
      name.name = "photo";
      name.value = kept.name;
      var button = document.createElement("button");
      button.type = "button";
      button.className = "btn";
      button.textContent = say.sayRemove;
      item.append(picture, name, button);
      list.append(item);
      count();
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
          if (list.children.length >= most) return null;
          return smaller(file).then(function (small) {
            var body = new FormData();
            body.append("photos", small, "photo.jpg");
            return fetch(box.dataset.photos, {
              method: "POST", body: body, headers: { "X-CSRFToken": token }, credentials: "same-origin"
            });
          }).then(function (answer) {
            return answer.json();
          }).then(function (kept) {
            if (kept.problem) wrong = kept.problem;
            else show(kept);
          });
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
    document.querySelectorAll("[data-photos]").forEach(watchPhotos);
    document.querySelectorAll("[data-pin]").forEach(watchPin);
  });
})();
