'use strict';
// chart(spec) draws what ChartSection of report_page.h tells: a figure with its legend, both axes from 0.
const chart = spec => {
  const width = 860, height = 300, left = 64, right = 30, top = 12, bottom = 44;
  const escape = text => String(text).replace(/[&<>"]/g, c => '&#' + c.charCodeAt(0) + ';');
  const stacks = new Map();  // how high the bars at an x are so far
  let xMost = 0, yMost = 0;
  for (const one of spec.series) {
    for (const [x, y] of one.points) {
      const bars = one.look === 'bars';
      if (bars) stacks.set(x, (stacks.get(x) || 0) + y);
      xMost = Math.max(xMost, bars ? x + spec.bar_width : x);
      yMost = Math.max(yMost, bars ? stacks.get(x) : y);
    }
  }
  stacks.clear();
  xMost = xMost || 1;
  yMost = yMost * 1.08 || 1;
  const X = x => (left + x / xMost * (width - left - right)).toFixed(1);
  const Y = y => (height - bottom - y / yMost * (height - top - bottom)).toFixed(1);
  // 1, 2 or 5 times a power of ten: the distance of some five marks.
  const step = most => {
    const power = 10 ** Math.floor(Math.log10(most / 5));
    return [1, 2, 5, 10].find(factor => most / 5 <= factor * power) * power;
  };
  const marks = most => Array.from({ length: Math.floor(most / step(most)) + 1 }, (_, i) => +(i * step(most)).toPrecision(6));
  const text = (x, y, anchor, words) => `<text x="${x}" y="${y}" text-anchor="${anchor}">${escape(words)}</text>`;

  const draw = {
    line: (points, look) => `<polyline class="${look}" points="${points.map(([x, y]) => X(x) + ',' + Y(y)).join(' ')}"/>`,
    dots: (points, look) => points.map(([x, y]) => `<circle class="${look}" cx="${X(x)}" cy="${Y(y)}" r="1.8"/>`).join(''),
    strokes: (points, look) => points.map(([x, y]) => `<path class="${look}" d="M${X(x)} ${Y(y) - 6}v-7"/>`).join(''),
    bars: (points, look) => points.filter(([, y]) => y > 0).map(([x, y]) => {
      const base = stacks.get(x) || 0;
      stacks.set(x, base + y);
      return `<rect class="${look}" x="${X(x)}" y="${Y(base + y)}" width="${Math.max(X(x + spec.bar_width) - X(x) - 1, 0.5)}" height="${Y(base) - Y(base + y)}"/>`;
    }).join(''),
  };
  draw.dashed = draw.line;
  const svg = [], legend = [];
  for (const y of marks(yMost)) {
    svg.push(`<line class="axis" x1="${left}" x2="${width - right}" y1="${Y(y)}" y2="${Y(y)}"/>` + text(left - 6, +Y(y) + 4, 'end', y));
  }
  const ticks = spec.x_ticks.length ? spec.x_ticks : marks(xMost).map(x => [x, x]);
  for (const [x, name] of ticks) svg.push(text(X(x), height - bottom + 16, 'middle', name));
  svg.push(text((width + left) / 2, height - 6, 'middle', spec.x_label));
  spec.series.forEach((one, index) => {
    const look = `${one.look} ${one.colour || 'c' + index % 6}`;
    svg.push(draw[one.look](one.points, look));
    const sign = { bars: `<rect class="${look}" x="4" y="0" width="14" height="10"/>`, dots: `<circle class="${look}" cx="12" cy="5" r="3"/>`,
      strokes: `<path class="${look}" d="M12 1v8"/>` }[one.look] || `<polyline class="${look}" points="0,5 26,5"/>`;
    legend.push(`<span><svg viewBox="0 0 26 10" aria-hidden="true">${sign}</svg> ${escape(one.name)}</span>`);
  });
  const figure = document.createElement('figure');
  figure.innerHTML = `<figcaption>${escape(spec.title)}</figcaption><div class="legend">${escape(spec.y_label)}: ${legend.join(' ')}</div>` +
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escape(spec.title)}">${svg.join('')}</svg>`;
  return figure;
};
