
'use strict';
(() => {
  const all = (selector) => Array.from(document.querySelectorAll(selector));
  const byId = (id) => document.getElementById(id);
  const findings = all('.finding');
  if (!findings.length) {
    return;
  }
  const frames = all('.frame').map((element) => ({
    element,
    rect: element.querySelector('rect'),
    text: element.querySelector('title').textContent,
    from: Number(element.dataset.from),
    to: Number(element.dataset.to),
    row: Number(element.dataset.row),
  }));
  const root = frames[0];
  const textOf = new Map(findings.map((f) => [f, f.textContent.toLowerCase()]));
  const boxes = all('.chip input');
  let zoomed = root;

  // The findings: search, kinds and the zoomed frame together say which are shown.
  const refresh = () => {
    const words = byId('search').value.toLowerCase().split(/\s+/).filter(Boolean);
    const kinds = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    let shown = 0;
    for (const finding of findings) {
      const visible = kinds.has(finding.dataset.kind)
          && Number(finding.dataset.from) < zoomed.to && Number(finding.dataset.to) > zoomed.from
          && words.every((word) => textOf.get(finding).includes(word));
      finding.hidden = !visible;
      shown += visible ? 1 : 0;
    }
    byId('nothing').hidden = shown > 0;
    byId('shown').textContent =
        shown === findings.length ? String(shown) : shown + ' of ' + findings.length;
  };

  const nameToggle = () => {
    byId('toggle').textContent = findings.some((f) => f.open) ? 'Collapse all' : 'Expand all';
  };
  byId('toggle').addEventListener('click', () => {
    const open = !findings.some((f) => f.open);
    findings.forEach((f) => { f.open = open; });
  });
  findings.forEach((f) => f.addEventListener('toggle', nameToggle));
  byId('search').addEventListener('input', refresh);
  boxes.forEach((box) => box.addEventListener('change', refresh));

  // The flame graph: positions are numbers of threads, so zooming is exact.
  const contains = (outer, inner) =>
    outer.from <= inner.from && inner.to <= outer.to && outer.row <= inner.row;

  const zoom = (target) => {
    zoomed = target;
    const width = target.to - target.from;
    for (const frame of frames) {
      const above = frame !== target && contains(frame, target);
      const inside = contains(target, frame);
      frame.element.style.display = above || inside ? '' : 'none';
      frame.element.classList.toggle('above', above);
      const from = above ? 0 : (frame.from - target.from) / width;
      const span = above ? 1 : (frame.to - frame.from) / width;
      frame.element.setAttribute('x', 100 * from + '%');
      frame.element.setAttribute('width', 100 * span + '%');
    }
    byId('reset').hidden = target === root;
    refresh();
  };

  const tell = (frame) => { byId('readout').textContent = frame.text; };
  const visible = () => frames.filter((f) => f.element.style.display !== 'none');
  const focus = (frame) => {
    if (frame) {
      frames.forEach((f) => f.element.setAttribute('tabindex', f === frame ? '0' : '-1'));
      frame.element.focus();
    }
  };
  const neighbour = (frame, key) => {
    const row = visible().filter((f) => f.row === frame.row);
    switch (key) {
      case 'ArrowUp':
        return visible().find((f) => f.row === frame.row - 1 && contains(f, frame));
      case 'ArrowDown':
        return visible().find((f) => f.row === frame.row + 1 && contains(frame, f));
      case 'ArrowLeft':
        return row.filter((f) => f.to <= frame.from).pop();
      case 'ArrowRight':
        return row.find((f) => f.from >= frame.to);
      default:
        return null;
    }
  };

  for (const frame of frames) {
    const element = frame.element;
    element.setAttribute('tabindex', frame === root ? '0' : '-1');
    element.setAttribute('role', 'button');
    element.setAttribute('aria-label', frame.text);
    element.addEventListener('click', () => zoom(frame));
    element.addEventListener('mouseenter', () => tell(frame));
    element.addEventListener('focus', () => tell(frame));
    element.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' || event.key === ' ') {
        zoom(frame);
      } else if (event.key.startsWith('Arrow')) {
        focus(neighbour(frame, event.key));
      } else {
        return;
      }
      event.preventDefault();
    });
  }

  byId('reset').addEventListener('click', () => { zoom(root); focus(root); });
  document.addEventListener('keydown', (event) => {
    if (event.key === '/' && document.activeElement !== byId('search')) {
      event.preventDefault();
      byId('search').focus();
    } else if (event.key === 'Escape') {
      byId('search').value = '';
      zoom(root);
    }
  });
  window.addEventListener('beforeprint', () => findings.forEach((f) => { f.open = true; }));

  byId('tools').hidden = false;
  byId('readout').textContent = 'Choose a frame to zoom in and to see its findings only.';
  refresh();
})();
