"use strict";
(function () {
  const data = JSON.parse(document.getElementById("map-data").textContent);
  const map = window.geoplan_map;
  const SVG = "http://www.w3.org/2000/svg";
  const HEIGHTS = { units: 310, areas: 330, streets: 350, lines: 370, gaps: 390, names: 580, marks: 600 };
  const TOUCHABLE = { units: true, gaps: true };

  /* Reverses views/map_encoding.py: five bits a character, zigzag, differences. */
  function numbers(text) {
    const found = [];
    for (let i = 0, value = 0, scale = 1; i < text.length; i++) {
      const code = text.charCodeAt(i) - 63;
      value += (code & 31) * scale;
      scale *= 32;
      if (code < 32) {
        found.push(value % 2 ? -(value + 1) / 2 : value / 2);
        value = 0;
        scale = 1;
      }
    }
    return found;
  }

  function chains(feature) {
    const steps = numbers(feature.xy);
    let lat = 0, lon = 0, at = 0;
    return numbers(feature.n).map(function (count) {
      const chain = [];
      for (let i = 0; i < count; i++) {
        lat += steps[at++];
        lon += steps[at++];
        chain.push([lat / 1e6, lon / 1e6]);
      }
      return chain;
    });
  }

  function polygons(feature) {
    const rings = chains(feature);
    let at = 0;
    return numbers(feature.r).map((count) => rings.slice(at, (at += count)));
  }

  function element(tag, text) {
    const node = document.createElement(tag);
    if (text !== undefined) node.textContent = text;
    return node;
  }

  function popup(content) {
    const box = element("div");
    box.className = "card";
    box.appendChild(element("h2", content[0]));
    const table = box.appendChild(element("table"));
    content.slice(1).forEach(function (row) {
      const line = table.appendChild(element("tr"));
      line.appendChild(element("th", row[0]));
      line.appendChild(element("td", row[1]));
    });
    return box;
  }

  function sign(style, label) {
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", "0 0 20 20");
    const path = svg.appendChild(document.createElementNS(SVG, "path"));
    path.setAttribute("d", data.shapes[style.shape]);
    path.setAttribute("fill", style.fill);
    path.setAttribute("stroke", style.stroke);
    path.setAttribute("stroke-width", style.width);
    if (label) {
      const text = svg.appendChild(document.createElementNS(SVG, "text"));
      text.setAttribute("x", 10);
      text.setAttribute("y", 13.6);
      text.textContent = label;
    }
    return svg;
  }

  function mark(feature, style) {
    const place = chains(feature)[0][0];
    if (!style.shape) {
      const name = element("span", feature.label);
      const icon = L.divIcon({ className: "name", html: name, iconSize: [0, 0] });
      return L.marker(place, { icon: icon, pane: "names", interactive: false, keyboard: false });
    }
    const size = [style.size, style.size];
    const icon = L.divIcon({ className: "mark", html: sign(style, feature.label), iconSize: size });
    const title = feature.popup ? feature.popup[0] : "";
    const above = feature.style === "site" ? 10000 : 0;
    return L.marker(place, { icon: icon, pane: "marks", title: title, alt: title, zIndexOffset: above });
  }

  function look(style, pane, filled) {
    return {
      pane: pane,
      renderer: renderers[pane],
      interactive: Boolean(TOUCHABLE[pane]),
      stroke: style.width > 0,
      color: style.stroke,
      weight: style.width,
      dashArray: style.dash || null,
      lineCap: style.dash ? "butt" : "round",
      fill: filled && Boolean(style.fill),
      fillColor: style.fill === "hatch" ? "url(#hatch)" : style.fill,
      fillOpacity: style.opacity,
    };
  }

  function drawn(feature, pane) {
    const style = data.styles[feature.style];
    if (feature.r) return L.polygon(polygons(feature), look(style, pane, true));
    if (style.shape || feature.label) return mark(feature, style);
    return L.polyline(chains(feature), look(style, pane, false));
  }

  const renderers = {};
  Object.keys(HEIGHTS).forEach(function (name) {
    const pane = map.createPane(name);
    pane.style.zIndex = HEIGHTS[name];
    if (name === "marks" || name === "names") return;
    /* Hatching and clicks need SVG; the many lines of streets need a canvas. */
    renderers[name] = TOUCHABLE[name]
      ? L.svg({ pane: name, padding: 0.3 })
      : L.canvas({ pane: name, padding: 0.3 });
    if (!TOUCHABLE[name]) pane.style.pointerEvents = "none";
  });

  const panel = document.getElementById("panel");
  const toggle = document.getElementById("panel-toggle");
  function open(state) {
    panel.hidden = !state;
    toggle.setAttribute("aria-expanded", String(state));
  }
  toggle.addEventListener("click", () => open(panel.hidden));
  open(window.innerWidth > 760);
  const side = panel.hidden ? 0 : panel.offsetWidth + 12;
  const room = {
    minWidth: 240,
    maxWidth: 340,
    maxHeight: Math.max(160, map.getSize().y - 72), /* a longer card scrolls: its head stays in sight */
    autoPanPaddingTopLeft: [side ? 56 : 8, 8],
    autoPanPaddingBottomRight: [side + 8, 8],
  };

  data.layers.forEach(function (layer) {
    const group = window["layer_" + layer.id];
    layer.features.forEach(function (feature) {
      const shape = drawn(feature, layer.pane);
      if (feature.popup) shape.bindPopup(() => popup(feature.popup), room);
      shape.addTo(group);
    });
  });

  /* Coloured units are read through the streets: these step back while units are shown. */
  function quieten(state) {
    ["streets", "areas"].forEach((name) => (map.getPane(name).style.opacity = state ? 0.25 : 1));
  }

  document.querySelectorAll("#panel input").forEach(function (input) {
    input.addEventListener("change", function () {
      document.querySelectorAll("#panel input[data-layer]").forEach(function (each) {
        const group = window["layer_" + each.dataset.layer];
        if (each.checked !== map.hasLayer(group)) each.checked ? group.addTo(map) : group.remove();
      });
      quieten(document.querySelector("#panel input[name]:checked:not([value=''])") !== null);
    });
  });

  window.addEventListener("beforeprint", function () {
    document.querySelector("#panel details").open = true;
  });

  map.on("popupopen", function (event) {
    const close = event.popup.getElement().querySelector(".leaflet-popup-close-button");
    if (close) {
      close.setAttribute("aria-label", data.words.popup_close);
      close.setAttribute("title", data.words.popup_close);
      close.removeAttribute("href");
    }
  });
  map.getContainer().setAttribute("aria-label", data.words.map);
  L.control.zoom({
    position: "topleft",
    zoomInTitle: data.words.zoom_in,
    zoomOutTitle: data.words.zoom_out,
  }).addTo(map);
  L.control.scale({ position: "bottomleft", imperial: false, maxWidth: 160 }).addTo(map);

  const box = data.bounds;
  map.fitBounds([[box[1], box[0]], [box[3], box[2]]], {
    animate: false,
    paddingTopLeft: [12, 12],
    paddingBottomRight: [12 + side, 12],
  });
})();
