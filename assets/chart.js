// Draws what the behaviour "chart" hands over. Apart from app.js, because few pages have charts: ECharts weighs more than all else.
import { BarChart, HeatmapChart, LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

use([BarChart, HeatmapChart, LineChart, GridComponent, LegendComponent, TooltipComponent, VisualMapComponent, CanvasRenderer]);

// A chart in the element; `look` has the colours, the language and whether it may move. `open(url)` follows a click.
export function draw(element, data, look, open) {
  const chart = init(element, null, { renderer: "canvas" });
  chart.setOption({ ...frame(data, look), ...shape(data, look) });
  chart.on("click", ({ seriesIndex, dataIndex, data: point }) => {
    const url = point?.url ?? data.series[data.kind === "funnel" ? 0 : seriesIndex]?.urls[dataIndex];
    if (url) open(url);
  });
  return chart;
}

function frame(data, look) {
  return {
    animation: look.moves,
    animationDuration: 170,
    color: look.palette,
    textStyle: { fontFamily: look.font, color: look.text },
    // Drawn, not HTML: styles inside of HTML would be stopped by the content security policy.
    tooltip: {
      renderMode: "richText", confine: true, backgroundColor: look.surface, borderColor: look.line,
      textStyle: { color: look.text, fontSize: 12, fontFamily: look.font },
      formatter: (point) => words(data, point),
    },
    legend: data.kind === "funnel" || data.kind === "heat" || data.series.length < 2 ? undefined : {
      type: "scroll", top: 0, left: 0, icon: "roundRect", itemWidth: 10, itemHeight: 10, textStyle: { color: look.soft }, pageTextStyle: { color: look.soft },
    },
  };
}

function words(data, { seriesIndex, dataIndex, data: point }) {
  if (data.kind === "heat") return `${data.categories[point.value[1]]} · ${data.columns[point.value[0]]}\n${point.text}`;
  const series = data.series[data.kind === "funnel" ? 0 : seriesIndex];
  return `${data.categories[dataIndex]}\n${series.name}: ${series.texts[dataIndex]}`;
}

function shape(data, look) {
  if (data.kind === "funnel") return funnel(data, look);
  if (data.kind === "heat") return heat(data, look);
  return bars(data, look);
}

function axes(look) {
  const compact = new Intl.NumberFormat(look.language, { notation: "compact", maximumFractionDigits: 1 });
  const line = { lineStyle: { color: look.line } };
  return {
    value: { type: "value", axisLabel: { color: look.faint, hideOverlap: true, formatter: (number) => compact.format(number) }, splitLine: line },
    category: (names) => ({
      type: "category", data: names, axisLine: line, axisTick: { show: false }, axisLabel: { color: look.soft, width: 120, overflow: "truncate", hideOverlap: true },
    }),
  };
}

function bars(data, look) {
  const { value, category } = axes(look);
  const along = category(data.categories);
  const grid = { left: 4, right: 12, top: data.series.length > 1 ? 32 : 12, bottom: 4, containLabel: true };
  const series = data.series.map(({ name, values }) => ({
    name, data: values, type: data.kind === "line" ? "line" : "bar", stack: data.kind === "stacked" ? "all" : undefined,
    barMaxWidth: 28, symbolSize: 6, cursor: "pointer", itemStyle: { borderRadius: data.kind === "stacked" ? 0 : 3 }, emphasis: { focus: "series" },
  }));
  if (data.lying) return { grid, xAxis: value, yAxis: { ...along, inverse: true }, series };
  return { grid, xAxis: along, yAxis: value, series };
}

// Bars around a middle line: the steps of a process, also where a later one holds more than an earlier.
function funnel(data, look) {
  const { value, category } = axes(look);
  const [series] = data.series;
  const most = Math.max(1, ...series.values.map((number) => number ?? 0));
  const side = series.values.map((number) => (most - (number ?? 0)) / 2);
  return {
    // The figures stand beside the bars, where they read alike in every look; the longest bar leaves them room.
    grid: { left: 4, right: 110, top: 4, bottom: 4, containLabel: true },
    xAxis: { ...value, show: false, max: most },
    yAxis: { ...category(data.categories), inverse: true, axisLine: { show: false } },
    series: [
      {
        type: "bar", stack: "all", data: series.values, barCategoryGap: "12%", cursor: "pointer", itemStyle: { borderRadius: 3 }, z: 3,
        label: { show: true, position: "right", formatter: ({ dataIndex }) => series.texts[dataIndex], color: look.text, width: 100, overflow: "truncate" },
      },
      { type: "bar", stack: "all", data: side, silent: true, itemStyle: { color: "transparent" } },
    ].reverse(),
  };
}

function heat(data, look) {
  const { category } = axes(look);
  const points = data.series.flatMap(({ values, texts, urls }, column) =>
    values.map((value, row) => ({ value: [column, row, value ?? 0], text: texts[row], url: urls[row] })),
  );
  return {
    grid: { left: 4, right: 12, top: 12, bottom: 4, containLabel: true },
    xAxis: category(data.columns),
    yAxis: { ...category(data.categories), inverse: true },
    visualMap: { show: false, min: 0, max: Math.max(1, ...points.map((point) => point.value[2])), inRange: { color: [look.surface, look.palette[0]] } },
    series: [{ type: "heatmap", data: points, cursor: "pointer", itemStyle: { borderColor: look.line, borderWidth: 1 } }],
  };
}
