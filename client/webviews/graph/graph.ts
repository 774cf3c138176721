import { Graph, layout } from '@dagrejs/dagre';
import type { GraphNode, GraphView } from '../../../server/protocol/delivery.ts';
import type { FromGraphPage, ToGraphPage } from '../../panels/messages.ts';
import { draw, element, host } from '../page.ts';

/** The page of a graph: boxes with health in colour and in words, arrows of owners, dashed arrows of traffic. */
const content = document.getElementById('content') as HTMLElement;
const say = (message: FromGraphPage): void => host.postMessage(message);
const namespace = 'http://www.w3.org/2000/svg';
const box = { width: 230, height: 58 };

/** `undefined`: as large as fits. */
let zoom: number | undefined;
let fitting = 1;
let graph: GraphView | undefined;

window.addEventListener('message', ({ data }: MessageEvent<ToGraphPage>) => {
  if (data.kind === 'gone') draw(content, element('p', {}, 'The Application is not known any more.'));
  else {
    graph = data.graph;
    render();
  }
});

function render(): void {
  if (!graph) return;
  const shown = graph;
  const step = (by: number) => () => {
    zoom = Math.min(2, Math.max(0.3, (zoom ?? fitting) * by));
    render();
  };
  draw(
    content,
    element(
      'div',
      { class: 'toolbar' },
      element('h1', {}, shown.title),
      element('span', { class: 'spring' }),
      element('span', { class: 'legend' }, '— owns   ⇢ sends traffic to'),
      element('button', { id: 'out', 'aria-label': 'Zoom out', onclick: step(1 / 1.2) }, '−'),
      element('button', { id: 'in', 'aria-label': 'Zoom in', onclick: step(1.2) }, '+'),
      element('button', { id: 'refresh', onclick: () => say({ kind: 'refresh' }) }, 'Refresh'),
    ),
    picture(shown),
  );
}

function picture({ nodes, edges, title }: GraphView): HTMLElement {
  const placed = new Graph({ multigraph: true });
  placed.setGraph({ rankdir: 'LR', nodesep: 14, ranksep: 60, marginx: 12, marginy: 12 });
  placed.setDefaultEdgeLabel(() => ({}));
  for (const node of nodes) placed.setNode(node.id, { ...box });
  for (const [i, { from, to, kind }] of edges.entries())
    placed.setEdge(from, to, { weight: kind === 'owns' ? 2 : 1 }, String(i));
  layout(placed);
  const { width = 0, height = 0 } = placed.graph();
  fitting = Math.min(1, Math.max(0.5, (window.innerWidth - 24) / width));
  const scale = zoom ?? fitting;
  const svg = shape('svg', {
    viewBox: `0 0 ${width} ${height}`,
    width: String(width * scale),
    height: String(height * scale),
    role: 'group',
    'aria-label': `Resources of ${title}`,
  });
  svg.append(arrowHead());
  for (const [i, { from, to, kind }] of edges.entries()) {
    const { points = [] } = placed.edge(from, to, String(i)) ?? {};
    const d = points
      .map(({ x, y }: { x: number; y: number }, n: number) => `${n === 0 ? 'M' : 'L'}${x} ${y}`)
      .join(' ');
    svg.append(shape('path', { d, class: `edge ${kind}`, 'marker-end': 'url(#arrow)' }));
  }
  for (const node of nodes) {
    const { x, y } = placed.node(node.id);
    svg.append(card(node, x - box.width / 2, y - box.height / 2));
  }
  const frame = element('div', { class: 'frame' });
  frame.append(svg);
  return frame;
}

function card(node: GraphNode, x: number, y: number): SVGElement {
  const { id, kind, name, health, sync, info, resource } = node;
  const words = [health, sync].filter(it => it !== '').join(', ');
  const group = shape('g', {
    id: `node-${id}`,
    transform: `translate(${x} ${y})`,
    class: `card health-${health || 'none'} ${sync === 'OutOfSync' ? 'outOfSync' : ''}`,
    tabindex: resource ? '0' : '-1',
    role: resource ? 'button' : 'img',
    'aria-label': `${kind} ${name}${words === '' ? '' : `, ${words}`}`,
  });
  const tip = shape('title', {});
  tip.textContent = [`${kind} ${name}`, words, info].filter(it => it !== '').join('\n');
  group.append(
    tip,
    shape('rect', { width: String(box.width), height: String(box.height), rx: '4', class: 'box' }),
    shape('rect', { width: '5', height: String(box.height), rx: '2', class: 'band' }),
    text(kind, 14, 18, 'kind'),
    text(cut(name, 30), 14, 35, 'name'),
    text(cut(words === '' ? info : words, 36), 14, 51, 'words'),
  );
  if (resource) {
    const open = (): void => say({ kind: 'open', resource });
    group.addEventListener('click', open);
    group.addEventListener('keydown', event => {
      const { key } = event as KeyboardEvent;
      if (key === 'Enter' || key === ' ') open();
    });
  }
  return group;
}

function arrowHead(): SVGElement {
  const head = shape('defs', {});
  const marker = shape('marker', {
    id: 'arrow',
    viewBox: '0 0 8 8',
    refX: '7',
    refY: '4',
    markerWidth: '7',
    markerHeight: '7',
    orient: 'auto',
  });
  marker.append(shape('path', { d: 'M0 0 L8 4 L0 8 z', class: 'head' }));
  head.append(marker);
  return head;
}

function text(content: string, x: number, y: number, kind: string): SVGElement {
  const made = shape('text', { x: String(x), y: String(y), class: kind });
  made.textContent = content;
  return made;
}

const cut = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

function shape(name: string, attributes: Readonly<Record<string, string>>): SVGElement {
  const made = document.createElementNS(namespace, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

say({ kind: 'ready' });
