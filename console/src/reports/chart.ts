/**
 * Bar charts in the colours of the console, drawn by Chart.js on a canvas (docs/adr: charts).
 *
 * A chart says nothing to screen readers but its name; the table beside it holds the figures.
 */
import { h } from "@heza/widget/dom";
import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  type ChartConfiguration,
  Legend,
  LinearScale,
  Tooltip,
} from "chart.js";

export interface Series {
  name: string;
  values: number[];
  /** A token of the theme. */
  colour: string;
}

export interface Bars {
  /** What screen readers are told. */
  name: string;
  labels: string[];
  series: Series[];
  /** Bars to the right instead of upwards, for long labels. */
  sideways?: boolean;
  /** One on top of the other instead of side by side. */
  stacked?: boolean;
}

let registered = false;

/** Draw bars; they are drawn anew when the look changes, and given up when the page goes. */
export function bars(what: Bars, signal: AbortSignal): HTMLElement {
  if (!registered) Chart.register(BarController, BarElement, CategoryScale, LinearScale, Legend, Tooltip);
  registered = true;
  const canvas = h("canvas", { role: "img", "aria-label": what.name });
  const size = what.sideways ? (what.labels.length > 6 ? "tall" : "short") : "wide";
  const frame = h("div", { class: `chart ${size}` }, canvas);
  // Chart.js measures the place that it gets, so it begins once it has one.
  requestAnimationFrame(() => {
    if (signal.aborted || !canvas.isConnected) return;
    const chart = new Chart(canvas, configuration(what));
    const redraw = () => {
      chart.options = configuration(what).options ?? {};
      chart.data = configuration(what).data;
      chart.update("none");
    };
    const look = new MutationObserver(redraw);
    look.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw, { signal });
    signal.addEventListener("abort", () => {
      look.disconnect();
      chart.destroy();
    });
  });
  return frame;
}

function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

function configuration({ labels, series, sideways, stacked }: Bars): ChartConfiguration<"bar"> {
  const ink = token("ink");
  const quiet = { color: token("muted"), font: { family: "system-ui", size: 13 } };
  const counted = {
    beginAtZero: true,
    stacked: stacked ?? false,
    grid: { color: token("hairline") },
    border: { display: false },
    ticks: { ...quiet, precision: 0 },
  };
  const named = {
    stacked: stacked ?? false,
    grid: { display: false },
    border: { color: token("line") },
    ticks: { ...quiet, color: ink, autoSkip: !sideways, maxRotation: 0, autoSkipPadding: 12 },
  };
  return {
    type: "bar",
    data: {
      labels,
      datasets: series.map(({ name, values, colour }) => ({
        label: name,
        data: values,
        backgroundColor: token(colour),
        borderRadius: 2,
        maxBarThickness: 30,
      })),
    },
    options: {
      indexAxis: sideways ? "y" : "x",
      animation: false,
      maintainAspectRatio: false,
      scales: sideways ? { x: counted, y: named } : { x: named, y: counted },
      plugins: {
        legend: {
          display: series.length > 1,
          align: "start",
          labels: { color: ink, boxWidth: 12, boxHeight: 12, font: quiet.font },
        },
        tooltip: { mode: "index", intersect: false },
      },
    },
  };
}
