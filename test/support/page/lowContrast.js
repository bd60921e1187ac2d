// Run in the page: every text that is shown, with less contrast to what is behind it than WCAG AA asks of small text.
(() => {
  const least = 4.5;

  /** As the browser paints it, whatever notation it was given in. */
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  function rgbaOf(color) {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return { rgb: [r, g, b], alpha: a / 255 };
  }
  const over = (top, bottom, alpha) => top.map((value, index) => value * alpha + bottom[index] * (1 - alpha));
  function backgroundOf(element) {
    if (!element) return rgbaOf(getComputedStyle(document.documentElement).backgroundColor || 'white').rgb;
    const { rgb, alpha } = rgbaOf(getComputedStyle(element).backgroundColor);
    return alpha >= 1 ? rgb : over(rgb, backgroundOf(element.parentElement), alpha);
  }
  function luminance(rgb) {
    const [r, g, b] = rgb.map((value) =>
      value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }

  const found = [];
  let looked = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const text = walker.currentNode.textContent.trim();
    if (text === '' || !element.checkVisibility({ visibilityProperty: true }) || element.closest('.unseen, noscript'))
      continue;
    const background = backgroundOf(element);
    const { rgb, alpha } = rgbaOf(getComputedStyle(element).color);
    const [light, dark] = [luminance(over(rgb, background, alpha)), luminance(background)].sort((a, b) => b - a);
    const ratio = (light + 0.05) / (dark + 0.05);
    looked += 1;
    if (ratio < least) found.push(`${text.slice(0, 40)}: ${ratio.toFixed(2)}`);
  }
  return { looked, found };
})();
