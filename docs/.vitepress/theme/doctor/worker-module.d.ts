declare module '*?worker&inline' {
  /** The worker, made from the page's own script. */
  const InlineWorker: new () => Worker;
  export default InlineWorker;
}
