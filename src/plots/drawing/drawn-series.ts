/** A series of ECharts that draws elements where they say, in pixels of the whole picture. */
export const drawnSeries = (children: readonly object[], name?: string): object => ({
  type: "custom",
  coordinateSystem: "none",
  silent: true,
  ...(name !== undefined && { name }),
  data: [[0]],
  renderItem: () => ({ type: "group", silent: true, children }),
});
