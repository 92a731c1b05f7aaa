// Deep zoom: a picture of any size by its tiles (OpenSeadragon on the IIIF Image API). It takes over
// from PanZoom at the same place and scale, and gives back when the whole picture fits again.

const MOST = 8; // screen pixels for a pixel of the picture
const SOON = 1500; // milliseconds after which a tile that could not be had is asked for again
const SLACK = 1.001;
const SCRIPT = new URL("../vendor/openseadragon.js", import.meta.url);

// It is no module: it puts its one name beside the others of the page.
function load() {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = SCRIPT;
    script.addEventListener("load", () => resolve(globalThis.OpenSeadragon));
    script.addEventListener("error", () => reject(new Error("Deep zoom could not be loaded.")));
    document.head.append(script);
  });
}

function options(element, source) {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const gestures = { clickToZoom: false, dblClickToZoom: false, pinchRotate: false };
  return {
    element,
    tileSources: source,
    drawer: "canvas",
    showNavigationControl: false,
    immediateRender: true,
    animationTime: still ? 0 : 0.4,
    maxZoomPixelRatio: MOST,
    visibilityRatio: 1,
    constrainDuringPan: true,
    tileRetryMax: 20,
    tileRetryDelay: SOON,
    gestureSettingsMouse: gestures,
    gestureSettingsTouch: gestures,
    gestureSettingsPen: gestures,
  };
}

export class DeepZoom {
  static async open(surface, given) {
    const OpenSeadragon = await load();
    const made = new DeepZoom(surface, given, OpenSeadragon);
    await new Promise((resolve, reject) => {
      made.viewer.addOnceHandler("open", resolve);
      made.viewer.addOnceHandler("open-failed", ({ message }) => reject(new Error(message)));
    });
    made.listen();
    return made;
  }

  constructor(surface, { source, size, moved }, OpenSeadragon) {
    Object.assign(this, { surface, size, moved, OpenSeadragon, shown: false });
    this.place = document.createElement("div");
    this.place.className = "viewer-deep";
    this.place.dataset.noPan = "";
    surface.append(this.place);
    this.viewer = OpenSeadragon(options(this.place, source));
    this.viewer.innerTracker.keyHandler = this.viewer.innerTracker.keyDownHandler = null; // the page has keys
    this.viewer.canvas.tabIndex = -1; // so has the viewer around it
  }

  listen() {
    this.viewer.addHandler("canvas-click", (event) => event.quick && this.toggle());
    this.viewer.addHandler("update-viewport", () => this.shown && this.tell());
    this.viewer.addHandler("animation-finish", () => this.shown && this.fits && this.hide());
  }

  get viewport() {
    return this.viewer.viewport;
  }

  get fits() {
    return this.viewport.getZoom(false) <= this.viewport.getHomeZoom() * SLACK;
  }

  // Takes over where PanZoom has brought the picture.
  show({ scale, x, y }) {
    const wide = this.size.width * scale;
    const middle = new this.OpenSeadragon.Point(0.5 - x / wide, this.size.height / this.size.width / 2 - y / wide);
    this.viewport.zoomTo(wide / this.place.clientWidth, null, true);
    this.viewport.panTo(middle, true);
    this.viewport.applyConstraints(true);
    this.shown = true;
    this.surface.classList.add("is-deep");
    this.tell();
  }

  hide() {
    this.shown = false;
    this.surface.classList.remove("is-deep");
    this.moved({ scale: null, x: 0, y: 0 });
  }

  // The rendition goes along underneath: it is there before the tiles are.
  tell() {
    const wide = this.viewport.getZoom(true) * this.place.clientWidth;
    const middle = this.viewport.getCenter(true);
    const x = (0.5 - middle.x) * wide;
    const y = (this.size.height / this.size.width / 2 - middle.y) * wide;
    this.moved({ scale: wide / this.size.width, x, y });
  }

  toggle() {
    this.viewport.goHome(true);
    this.hide();
  }

  zoomBy(factor) {
    const least = this.viewport.getHomeZoom();
    this.viewport.zoomTo(Math.max(least, this.viewport.getZoom(false) * factor));
    this.viewport.applyConstraints();
  }

  panBy(x, y) {
    this.viewport.panBy(this.viewport.deltaPointsFromPixels(new this.OpenSeadragon.Point(-x, -y)));
    this.viewport.applyConstraints();
  }
}
